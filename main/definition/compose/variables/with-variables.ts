import { pathOfMember } from '../keys/compose-keys.ts'
import type { Node } from '../yaml/node.ts'
import { fixedUse } from './fixed-texts.ts'
import type { Scope } from './scope.ts'

/**
 * Replaces the variables of all texts in a value of a Compose file, before short forms are written out; keys stay as they
 * are. `path`: of its keys. Errors: as `Scope.text`.
 */
export function withVariables(node: Node, scope: Scope, path = ''): Node {
  if (node.kind === 'list') {
    return { ...node, items: node.items.map((item) => withVariables(item, scope, `${path}[]`)) }
  }
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, entry]) => {
      const value = withVariables(entry.value, scope, pathOfMember(path, key))
      return [key, { ...entry, value }] as const
    })
    return { ...node, entries: new Map(entries) }
  }
  if (typeof node.value !== 'string') return node
  const use = fixedUse(path)
  const found = use ? scope.fixedText(node.value, node.place, use) : scope.text(node.value, node.place)
  return { ...node, ...found }
}
