import { distance } from '../../devcontainer/document/edit-distance.ts'
import { hasNames, keysAt, pathOfMember } from '../keys/compose-keys.ts'
import type { Node } from '../yaml/node.ts'
import { invalidAt, quoted } from '../yaml/problem.ts'

const NAME = /^[a-zA-Z0-9._-]+$/

/** The keys of old formats, and what is said there now. */
const FORMER: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'services.*.net': 'network_mode',
    'services.*.log_driver': 'logging.driver',
    'services.*.log_opt': 'logging.options',
    'services.*.dockerfile': 'build.dockerfile',
    'services.*.volume_driver': 'volumes',
  }),
)

/**
 * Refuses keys that the Compose specification does not have: a slip of the pen may be what keeps a container inside.
 * Keys that begin with `x-` are the definition's own. Error: definition-invalid.
 */
export function checkKnown(node: Node, path = ''): void {
  if (node.kind === 'list') for (const item of node.items) checkKnown(item, `${path}[]`)
  if (node.kind !== 'map') return
  const known = keysAt(path)
  if (known === undefined) return
  const named = hasNames(path)
  for (const [key, { place, value }] of node.entries) {
    if (named) {
      if (!NAME.test(key))
        throw invalidAt(place, `${quoted(key)} cannot be a name here: letters, digits, ".", "_", "-"`)
    } else if (key.startsWith('x-')) continue
    else if (!known.includes(key)) {
      const meant = FORMER.get(`${path}.${key}`) ?? closest(key, known)
      throw invalidAt(place, `unknown key ${quoted(key)}${meant ? `; did you mean "${meant}"?` : ''}`)
    }
    checkKnown(value, pathOfMember(path, key))
  }
}

function closest(key: string, known: readonly string[]): string | undefined {
  if (key.length > 40) return undefined
  return known.find((name) => distance(key, name) <= Math.max(1, Math.floor(name.length / 4)))
}
