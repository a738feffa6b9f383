import type { KeyRules } from './key-rule.ts'
import { RESOURCE_KEYS } from './resource-keys.ts'
import { SERVICE_KEYS } from './service-keys.ts'

/** Every key of the published schema of the Compose specification, by its path: `services.*.ports[].target`. */
export const COMPOSE_KEYS: Readonly<KeyRules> = { ...RESOURCE_KEYS, ...SERVICE_KEYS }

/** The keys that a mapping may have, by its path; absent where any may stand. */
const MEMBERS = new Map<string, string[]>()
/** Mappings whose keys are names, by the path of their values. */
const NAMED = new Set<string>(['services.*', 'networks.*', 'volumes.*', 'secrets.*', 'configs.*', 'models.*'])

for (const path of Object.keys(COMPOSE_KEYS)) {
  const steps = path.split('.')
  const key = steps.pop() ?? ''
  const above = steps.join('.')
  MEMBERS.set(above, [...(MEMBERS.get(above) ?? []), key.replace('[]', '')])
  if (above.endsWith('.*')) NAMED.add(above)
}
for (const path of NAMED) MEMBERS.set(path.slice(0, -2), MEMBERS.get(path.slice(0, -2)) ?? [])

/** The path of a mapping's member: with the key, or with `*` where keys are names. */
export function pathOfMember(path: string, key: string): string {
  const named = `${path}.*`
  if (NAMED.has(named)) return named
  return path === '' ? key : `${path}.${key}`
}

/** The keys of a mapping at a path; undefined where any key may stand. */
export const keysAt = (path: string): readonly string[] | undefined => MEMBERS.get(path)

/** Whether the keys at a path are names of the definition's own. */
export const hasNames = (path: string): boolean => NAMED.has(`${path}.*`)
