import type { Warning } from '../../../../shared/definition.ts'
import { distance } from './edit-distance.ts'
import { DevcontainerJson } from './schema.ts'
import { invalid, type Origin, unsupported } from './source-position.ts'

/** Keys that decide what the container may reach; a slip of the pen there must not pass as "unknown". */
const SECURITY_KEYS = [
  'privileged',
  'capAdd',
  'securityOpt',
  'mounts',
  'runArgs',
  'remoteUser',
  'containerUser',
  'updateRemoteUserUID',
  'workspaceMount',
  'workspaceFolder',
  'init',
  'initializeCommand',
  'appPort',
  'forwardPorts',
]

/** Keys of the specification that this version refuses when they ask for something, with the reason. */
const UNSUPPORTED: Record<string, string> = {
  extends: 'a definition is one file; write what it takes from the other one into it',
}

/** Known and without effect on the environment: settings of editors and the file's own schema. */
const WITHOUT_EFFECT = ['$schema', 'extensions', 'settings', 'devPort']

const KNOWN = [...Object.keys(DevcontainerJson.shape), ...Object.keys(UNSUPPORTED), ...WITHOUT_EFFECT]

/** Many times those of the specification; each unknown one is compared with all of them. */
const MAX_KEYS = 1000

/**
 * Checks the top-level keys of a devcontainer.json. Unsupported ones that ask for something fail with
 * `definition-unsupported`, misspelt security keys with `definition-invalid`; other unknown ones are warnings.
 */
export function checkKeys(value: object, origin: Origin): Warning[] {
  if (Object.keys(value).length > MAX_KEYS) throw invalid(origin, [], `expected at most ${MAX_KEYS} keys`)
  for (const [key, asked] of Object.entries(value)) {
    const reason = Object.hasOwn(UNSUPPORTED, key) ? UNSUPPORTED[key] : undefined
    if (reason !== undefined && !isNothing(asked)) throw unsupported(origin, [key], key, reason)
  }
  return Object.keys(value)
    .filter((key) => !KNOWN.includes(key))
    .map((key) => {
      const meant = closest(key, SECURITY_KEYS)
      if (meant) throw invalid(origin, [key], `unknown key "${key}"; did you mean "${meant}"?`)
      return unknownKey(key, closest(key, KNOWN))
    })
}

const unknownKey = (key: string, meant: string | undefined): Warning => ({
  code: 'unknown-key',
  message: `Unknown key "${key}" is ignored${meant ? `; did you mean "${meant}"?` : '.'}`,
})

/** The known key that a misspelt one is close to: at most one edit for every four letters, case ignored. */
function closest(key: string, known: string[]): string | undefined {
  return known.find((name) => {
    const most = Math.max(1, Math.floor(name.length / 4))
    return (
      Math.abs(key.length - name.length) <= most && distance(key.toLowerCase(), name.toLowerCase()) <= most
    )
  })
}

function isNothing(value: unknown): boolean {
  if (value === false || value === null || value === '') return true
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
