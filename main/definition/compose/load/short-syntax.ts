import {
  type Entry,
  isNull,
  type List,
  list,
  type Mapping,
  mapping,
  mappingOf,
  type Node,
  type Scalar,
  templateOf,
} from '../yaml/node.ts'
import { numberText } from '../yaml/plain-scalar.ts'
import { invalidAt, nameOf } from '../yaml/problem.ts'

/** Writes a short form out. What is no short form stays. Error: definition-invalid. */
export type Form = (node: Node) => Node

/** `[A=1, B]` as `{A: 1, B: null}`. */
export const pairs: Form = (node) => {
  if (node.kind !== 'list') return node
  const entries = new Map<string, Entry>()
  for (const item of node.items) {
    const { text, template } = textOf(item)
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const isMade = template !== undefined && !/^[^$=]*=/.test(template)
    if (/^$|\s$/.test(name)) throw invalidAt(item.place, 'it has no name before "="')
    requireKey(name, item)
    const value: Scalar = {
      kind: 'scalar',
      value: equals < 0 ? null : text.slice(equals + 1),
      place: item.place,
      ...(template !== undefined && { template: isMade ? template : template.slice(name.length + 1) }),
    }
    if (isMade && entries.has(name)) throw invalidAt(item.place, TWICE)
    entries.set(name, { place: item.place, value, ...(isMade && { template }) })
  }
  return mapping(entries, node)
}

function requireKey(key: string, { place }: Node): string {
  if (key === '__proto__') throw invalidAt(place, '"__proto__" is not a key that can be used')
  return key
}

/** Which of two counts would depend on the values of variables. */
export const TWICE = 'its variables make a name of it that is there already'

/** `[a, b]` as a mapping of these names. */
export const names =
  (value: (name: Node) => Node): Form =>
  (node) => {
    if (node.kind !== 'list') return node
    const entries = node.items.map((item): [string, Entry] => [
      requireKey(textOf(item).text, item),
      { place: item.place, value: value(item) },
    ])
    return mapping(new Map(entries), node)
  }

/** `a` as `[a]`. */
export const many: Form = (node) =>
  node.kind === 'scalar' && !isNull(node) ? list([untagged(node)], node) : node

/** `a` as `{key: a}`. */
export const under =
  (key: string): Form =>
  (node) =>
    node.kind === 'scalar' && !isNull(node) ? mappingOf({ [key]: untagged(node) }, node) : node

/** The text of a scalar with its template. Error: definition-invalid for anything else. */
export function textOf(node: Node): { text: string; template?: string | undefined } {
  if (node.kind !== 'scalar' || node.value === null) {
    throw invalidAt(node.place, `expected a text, not ${nameOf(node)}`)
  }
  const text = typeof node.value === 'number' ? numberText(node.value) : String(node.value)
  return { text, template: templateOf(node) }
}

/** What is put into a list or a mapping leaves its tag to that. */
function untagged<T extends Scalar | List | Mapping>(node: T): T {
  const { tag: _, ...plain } = node
  return plain as T
}
