import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { productError } from '../../../../shared/errors.ts'
import { invalid, type Origin, type Path } from './source-position.ts'

/** A parsed JSON text with the position of each of its values. */
export interface Document extends Origin {
  value: unknown
  /** Keys that stand more than once in one object, the first of them, with the lines where they do: the last counts. */
  repeated: { key: string; lines: number[] }[]
}

/** Deeper nesting than any definition needs, and shallow enough for the parser's recursion. */
const MAX_DEPTH = 100

const EXPECTED: Record<string, string> = {
  InvalidSymbol:
    'expected a value: a string in double quotes, a number, true, false, null, a list or an object',
  InvalidNumberFormat: 'expected a number',
  PropertyNameExpected: 'expected a key in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected ":" after the key',
  CommaExpected: 'expected "," between the entries',
  CloseBraceExpected: 'expected "}"',
  CloseBracketExpected: 'expected "]"',
  EndOfFileExpected: 'expected the end of the file',
  UnexpectedEndOfComment: 'expected "*/" to end the comment',
  UnexpectedEndOfString: 'expected a double quote to end the string',
  UnexpectedEndOfNumber: 'expected a digit',
  InvalidUnicode: 'expected four hexadecimal digits after "\\u"',
  InvalidEscapeCharacter: 'expected one of "\\ / b f n r t u after the backslash',
  InvalidCharacter: 'expected no control characters in a string',
}

/**
 * Parses JSON with comments and trailing commas. `file` is only named in errors; a byte order mark must be gone. Fails
 * with `definition-invalid`, saying where and what was expected. Of equal keys the last one counts. `feature`: as in `Origin`.
 */
export function parseJsonc(file: string, text: string, feature?: string): Document {
  const named = { file, ...(feature !== undefined && { feature }) }
  const fail = (offset: number, problem: string) =>
    productError('definition-invalid', { ...named, ...placeAt(text, offset), problem })

  const tooDeep = firstBeyondDepth(text)
  if (tooDeep !== undefined) throw fail(tooDeep, `expected at most ${MAX_DEPTH} levels of nesting`)

  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { allowTrailingComma: true })
  const [error] = errors
  if (error) {
    throw fail(error.offset, EXPECTED[printParseErrorCode(error.error)] ?? 'expected JSON with comments')
  }
  if (!tree) throw fail(0, 'expected an object')

  const origin = { ...named, at: (path: Path) => placeAt(text, find(tree, path).offset) }
  return { ...origin, value: toValue(tree, origin), repeated: repeatedIn(tree, text) }
}

/** At most this many are reported. */
const MAX_REPEATED = 5

function repeatedIn(tree: Node, text: string): Document['repeated'] {
  const found: Document['repeated'] = []
  const look = (node: Node, above: string): void => {
    if (found.length >= MAX_REPEATED) return
    if (node.type === 'array') for (const item of node.children ?? []) look(item, above)
    if (node.type !== 'object') return
    const members = Map.groupBy(node.children ?? [], (member) => String(member.children?.[0]?.value))
    for (const [name, same] of members) {
      const key = above === '' ? name : `${above}.${name}`
      if (same.length > 1 && found.length < MAX_REPEATED) {
        const lines = same.slice(0, MAX_REPEATED).map(({ offset }) => placeAt(text, offset).line)
        found.push({ key, lines })
      }
      const value = same.at(-1)?.children?.[1]
      if (value) look(value, key)
    }
  }
  look(tree, '')
  return found
}

function placeAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/)
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function firstBeyondDepth(text: string): number | undefined {
  const scanner = createScanner(text, true)
  let depth = 0
  for (;;) {
    scanner.scan()
    const offset = scanner.getTokenOffset()
    // Not the length: a comment opened by the last two characters counts one character beyond the end.
    if (offset >= text.length) return undefined
    const token = scanner.getTokenLength() === 1 ? text.charAt(offset) : ''
    if (token === '{' || token === '[') depth += 1
    if (token === '}' || token === ']') depth -= 1
    if (depth > MAX_DEPTH) return offset
  }
}

/** The key's node for an object's member, the item's for a list's; the nearest parent where there is none. */
function find(tree: Node, path: Path): Node {
  let node = tree
  let place = tree
  for (const step of path) {
    const child =
      typeof step === 'number'
        ? node.children?.[step]
        : node.children?.findLast((member) => member.children?.[0]?.value === step)
    if (!child) break
    place = child.type === 'property' ? (child.children?.[0] ?? child) : child
    node = child.type === 'property' ? (child.children?.[1] ?? child) : child
  }
  return place
}

function toValue(node: Node, origin: Origin, path: Path = []): unknown {
  if (node.type === 'array')
    return (node.children ?? []).map((item, i) => toValue(item, origin, [...path, i]))
  if (typeof node.value === 'string') requireWellFormed(node.value, origin, path)
  if (node.type !== 'object') return node.value
  const entries = (node.children ?? []).map((member): [string, unknown] => {
    const [name, value] = member.children ?? []
    const key = String(name?.value)
    if (key === '__proto__')
      throw invalid(origin, [...path, key], '"__proto__" is not a key that can be used')
    requireWellFormed(key, origin, [...path, key])
    return [key, value && toValue(value, origin, [...path, key])]
  })
  return Object.fromEntries(entries)
}

/** An escape can write what no file can hold, and what has no hash. */
function requireWellFormed(text: string, origin: Origin, path: Path): void {
  if (!text.isWellFormed()) throw invalid(origin, path, 'expected no half of a surrogate pair after "\\u"')
}
