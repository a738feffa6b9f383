import { parseSize } from '../../devcontainer/run/parse-size.ts'
import { isNull, type Mapping, type Node, type Place, type Scalar } from '../yaml/node.ts'
import { numberText } from '../yaml/plain-scalar.ts'
import { invalidAt, nameOf, quoted, quotedAsWritten } from '../yaml/problem.ts'
import { parseDuration } from './duration.ts'

/** The bounds of a number, both included. */
interface Bounds {
  least?: number
  most?: number
}

const TRUE = ['true', 'y', 'yes', 'on']
const FALSE = ['false', 'n', 'no', 'off']

/**
 * The members of a mapping, each read as the kind that it must be; undefined where there is none. What is of another kind
 * is `definition-invalid`, with its place and its name, such as `services.app.ports[0].target`.
 */
export class Fields {
  readonly name: string
  readonly place: Place
  private readonly entries: Mapping['entries']

  constructor(node: Node, name: string) {
    if (node.kind !== 'map') throw invalidAt(node.place, `"${name}" must be a mapping, not ${nameOf(node)}`)
    this.name = name
    this.place = node.place
    this.entries = node.entries
  }

  node(key: string): Node | undefined {
    const node = this.entries.get(key)?.value
    return isNull(node) ? undefined : node
  }

  keys(): string[] {
    return [...this.entries.keys()]
  }

  text(key: string): string | undefined {
    return this.read(key, (node, name) => textOf(node, name))
  }

  requiredText(key: string): string {
    const text = this.text(key)
    if (text === undefined || text === '') throw this.problem(undefined, `"${this.name}" needs "${key}"`)
    return text
  }

  boolean(key: string): boolean | undefined {
    return this.read(key, (node, name) => {
      const scalar = requireScalar(node, name, 'true or false')
      const word = String(scalar.value).toLowerCase()
      if (TRUE.includes(word)) return true
      if (FALSE.includes(word)) return false
      throw invalidAt(node.place, `"${name}" must be true or false, not ${quotedAsWritten(scalar)}`)
    })
  }

  number(key: string, { least = -Infinity, most = Infinity }: Bounds = {}): number | undefined {
    return this.read(key, (node, name) => {
      const number = numberOf(requireScalar(node, name, 'a number'))
      if (number === undefined || number < least || number > most) {
        throw invalidAt(node.place, `"${name}" must be a number${rangeText(least, most)}`)
      }
      return number
    })
  }

  whole(key: string, { least = -Infinity, most = Infinity }: Bounds = {}): number | undefined {
    return this.read(key, (node, name) => wholeOf(node, name, { least, most }))
  }

  /** -1 and 0 stay, which mean that there is no limit. */
  bytes(key: string): number | undefined {
    return this.read(key, (node, name) => {
      const { value } = requireScalar(node, name, 'a size')
      if (/^(?:-1|0)b?$/.test(String(value))) return Number.parseInt(String(value), 10)
      const bytes = parseSize(String(value).trim())
      if (bytes !== undefined) return bytes
      throw invalidAt(node.place, `"${name}" must be a size such as "64m" or "2g"`)
    })
  }

  duration(key: string): number | undefined {
    return this.read(key, (node, name) => {
      const time = parseDuration(textOf(node, name))
      if (time !== undefined) return time
      throw invalidAt(node.place, `"${name}" must be a time such as "30s" or "1m30s"`)
    })
  }

  /** A list of texts; numbers in it count as texts. */
  texts(key: string): string[] {
    return this.items(key).map(([node, name]) => scalarText(node, name))
  }

  /** The texts of a mapping; those without a value are null. */
  pairs(key: string): Record<string, string | null> {
    const node = this.node(key)
    if (node === undefined) return {}
    if (node.kind !== 'map')
      throw this.problem(key, `"${this.path(key)}" must be a mapping or a list of NAME=value`)
    return Object.fromEntries(
      [...node.entries].map(([name, { value }]) => [
        name,
        isNull(value) ? null : scalarText(value, `${this.path(key)}.${name}`),
      ]),
    )
  }

  /** The same, with an empty text for what has no value. */
  filledPairs(key: string): Record<string, string> {
    return Object.fromEntries(Object.entries(this.pairs(key)).map(([name, value]) => [name, value ?? '']))
  }

  /** A mapping below. */
  fields(key: string): Fields | undefined {
    return this.read(key, (node, name) => new Fields(node, name))
  }

  /** The mappings below a mapping of names; one without a value is empty. */
  named(key: string): [name: string, fields: Fields][] {
    const node = this.node(key)
    if (node === undefined) return []
    if (node.kind !== 'map')
      throw this.problem(key, `"${this.path(key)}" must be a mapping, not ${nameOf(node)}`)
    return [...node.entries].map(([name, { place, value }]) => [
      name,
      new Fields(
        isNull(value) ? { kind: 'map', entries: new Map(), place } : value,
        `${this.path(key)}.${name}`,
      ),
    ])
  }

  /** The mappings in a list. */
  list(key: string): Fields[] {
    return this.items(key).map(([node, name]) => new Fields(node, name))
  }

  /** A member as an error quotes it. */
  shown(key: string): string {
    const node = this.node(key)
    return node?.kind === 'scalar' ? quotedAsWritten(node) : 'it'
  }

  /** Where an item of a list stands, and its text with variables, where it has some. */
  item(key: string, index: number): { place: Place; template: string | undefined } {
    const node = this.node(key)
    const item = node?.kind === 'list' ? node.items[index] : undefined
    return { place: item?.place ?? this.placeOf(key), template: item?.template }
  }

  /** A text that an item of a list became or has, as an error quotes it: with variables, whose values may be secret. */
  shownItem(key: string, text: string): string {
    const node = this.node(key)
    const items = node?.kind === 'list' ? node.items : []
    const found = items.find((item) => leavesOf(item).some(({ value }) => String(value) === text))
    const template = found?.template ?? leavesOf(found).find(({ value }) => String(value) === text)?.template
    return quoted(template ?? text)
  }

  /** `definition-invalid` at a member, or at the whole. */
  problem(key: string | undefined, problem: string) {
    return invalidAt(this.placeOf(key), problem)
  }

  placeOf(key: string | undefined): Place {
    return (key === undefined ? undefined : this.entries.get(key)?.place) ?? this.place
  }

  path = (key: string): string => (this.name === '' ? key : `${this.name}.${key}`)

  private items(key: string): [node: Node, name: string][] {
    const node = this.node(key)
    if (node === undefined) return []
    if (node.kind !== 'list')
      throw this.problem(key, `"${this.path(key)}" must be a list, not ${nameOf(node)}`)
    return node.items.map((item, i) => [item, `${this.path(key)}[${i}]`])
  }

  private read<T>(key: string, read: (node: Node, name: string) => T): T | undefined {
    const node = this.node(key)
    return node === undefined ? undefined : read(node, this.path(key))
  }
}

const leavesOf = (node: Node | undefined): Scalar[] => {
  if (node?.kind === 'scalar') return [node]
  return node?.kind === 'map' ? [...node.entries.values()].flatMap(({ value }) => leavesOf(value)) : []
}

function requireScalar(node: Node, name: string, wanted: string): Scalar {
  if (node.kind === 'scalar') return node
  throw invalidAt(node.place, `"${name}" must be ${wanted}, not ${nameOf(node)}`)
}

function textOf(node: Node, name: string): string {
  const { value } = requireScalar(node, name, 'a text')
  if (typeof value === 'string') return value
  throw invalidAt(node.place, `"${name}" must be a text, not ${nameOf(node)}; put it in quotes`)
}

/** The text of any scalar. */
function scalarText(node: Node, name: string): string {
  const { value } = requireScalar(node, name, 'a text')
  return typeof value === 'number' ? numberText(value) : String(value ?? '')
}

function numberOf({ value }: Scalar): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,9})?$/.test(value.trim())
    ? Number(value)
    : undefined
}

/** A whole number within bounds. Error: definition-invalid. */
function wholeOf(node: Node, name: string, { least = -Infinity, most = Infinity }: Bounds): number {
  const number = numberOf(requireScalar(node, name, 'a whole number'))
  if (number !== undefined && Number.isSafeInteger(number) && number >= least && number <= most) return number
  throw invalidAt(node.place, `"${name}" must be a whole number${rangeText(least, most)}`)
}

function rangeText(least: number, most: number): string {
  if (Number.isFinite(least) && Number.isFinite(most)) return ` from ${least} to ${most}`
  if (Number.isFinite(least)) return ` of at least ${least}`
  return Number.isFinite(most) ? ` of at most ${most}` : ''
}
