import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
  type YAMLMap,
  Scalar as YamlScalar,
} from 'yaml'
import { MAX_DEPTH, TOO_DEEP, tooMuchIn } from './limit-size.ts'
import type { Entry, Node, Place, Source, Tag } from './node.ts'
import { plainScalar } from './plain-scalar.ts'
import { invalidAt, quoted } from './problem.ts'

/** Of one file, with what aliases repeat. */
const MAX_NODES = 100_000

/**
 * The documents of a YAML text, with the position of each value; a byte order mark must be gone. Aliases and merge keys
 * are followed. Errors: `definition-invalid`, also for a text whose aliases make too much of it.
 */
export function parseYaml(source: Source, text: string): Node[] {
  const lines = new LineCounter()
  const reader = new Reader(source, lines)
  const tooMuch = tooMuchIn(text)
  if (tooMuch) throw invalidAt(placeIn(source, text, tooMuch.offset), tooMuch.problem)
  return documentsOf(text, lines, reader)
    .filter(({ contents }) => contents !== null)
    .map((document) => reader.read(document))
}

function documentsOf(text: string, lines: LineCounter, { placeOf }: Reader): Document.Parsed[] {
  try {
    // Without a schema: what a text means is Compose's to say, and not that of one version of YAML.
    const documents = parseAllDocuments(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      merge: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
    })
    return Array.isArray(documents) ? documents : []
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw invalidAt(placeOf(0), TOO_DEEP, error)
  }
}

function placeIn(source: Source, text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { source, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** A value with the number of nodes that it would be without aliases. */
interface Read {
  node: Node
  size: number
}

class Reader {
  private readonly source: Source
  private readonly lines: LineCounter
  private anchors = new Map<string, Read | 'open'>()
  private depth = 0
  private total = 0

  constructor(source: Source, lines: LineCounter) {
    this.source = source
    this.lines = lines
  }

  read(document: Document.Parsed): Node {
    const [error] = document.errors
    if (error) throw invalidAt(this.placeOf(error.pos[0]), problemOf(error.message), error)
    this.anchors = new Map()
    return this.node(document.contents).node
  }

  placeOf = (offset: number): Place => {
    const { line, col } = this.lines.linePos(offset)
    return { source: this.source, line: Math.max(line, 1), column: Math.max(col, 1) }
  }

  private node(from: ParsedNode | null): Read {
    const place = this.placeOf(from?.range?.[0] ?? 0)
    if (isAlias(from)) return this.alias(from.source, place)
    const anchor = from?.anchor
    if (anchor !== undefined) this.anchors.set(anchor, 'open')
    this.depth += 1
    if (this.depth > MAX_DEPTH) throw invalidAt(place, TOO_DEEP)
    const read = this.content(from, place)
    this.depth -= 1
    if (anchor !== undefined) this.anchors.set(anchor, read)
    return read
  }

  private alias(name: string, place: Place): Read {
    const read = this.anchors.get(name)
    if (read === undefined) throw invalidAt(place, `there is no anchor "&${name}" above this alias`)
    if (read === 'open') throw invalidAt(place, `the value of the anchor "&${name}" contains itself`)
    this.count(read.size, place)
    return read
  }

  private count(more: number, place: Place): void {
    this.total += more
    if (this.total > MAX_NODES) {
      throw invalidAt(place, `expected at most ${MAX_NODES} values in a file, with those that aliases repeat`)
    }
  }

  private content(from: ParsedNode | null, place: Place): Read {
    this.count(1, place)
    const tag = from?.tag === undefined ? {} : tagOf(from.tag, place)
    if (isMap(from)) {
      const { entries, size } = this.entries(from as YAMLMap.Parsed)
      return { node: { kind: 'map', entries, place, ...tag }, size }
    }
    if (isSeq(from)) {
      const items = from.items.map((item) => this.node(item as ParsedNode))
      const size = items.reduce((sum, item) => sum + item.size, 1)
      // An item that is reset is no item.
      const left = items.map(({ node }) => node).filter((node) => node.tag !== 'reset')
      return { node: { kind: 'list', items: left, place, ...tag }, size }
    }
    const value = isScalar(from) ? scalarValue(from as YamlScalar.Parsed) : null
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
      throw invalidAt(place, 'a text cannot hold the character of number 0, nor half of a surrogate pair')
    }
    return { node: { kind: 'scalar', value, place, ...tag }, size: 1 }
  }

  private entries(from: YAMLMap.Parsed): { entries: Map<string, Entry>; size: number } {
    const entries = new Map<string, Entry>()
    const merged = new Map<string, Entry>()
    let size = 1
    for (const pair of from.items as Pair<ParsedNode, ParsedNode | null>[]) {
      const place = this.placeOf(pair.key?.range?.[0] ?? 0)
      const key = this.key(pair.key, place)
      const read = this.node(pair.value)
      size += read.size
      if (key === MERGE) {
        this.merge(read.node, merged, place)
        continue
      }
      const before = entries.get(key)
      if (before) {
        throw invalidAt(place, `the key ${quoted(key)} is there already, in line ${before.place.line}`)
      }
      entries.set(key, { place, value: read.node })
    }
    for (const [key, entry] of merged) if (!entries.has(key)) entries.set(key, entry)
    return { entries, size }
  }

  private key(key: ParsedNode | null, place: Place): string | typeof MERGE {
    const followed = isAlias(key) ? this.alias(key.source, place).node : key
    const value =
      followed === null || 'kind' in followed
        ? followed?.kind === 'scalar' && followed.value
        : isScalar(followed) && scalarValue(followed as YamlScalar.Parsed)
    if (typeof value !== 'string') {
      const written = isScalar(key) ? `the key ${key.source}` : 'a key'
      throw invalidAt(place, `${written} must be a text; put it in quotes`)
    }
    if (value === '<<' && isScalar(key) && key.type === YamlScalar.PLAIN) return MERGE
    if (value === '__proto__') throw invalidAt(place, '"__proto__" is not a key that can be used')
    return value
  }

  /** The first of several mappings counts, and what stands beside them counts before all. */
  private merge(node: Node, into: Map<string, Entry>, place: Place): void {
    const mappings = node.kind === 'list' ? node.items : [node]
    for (const from of mappings) {
      if (from.kind !== 'map') throw invalidAt(place, '"<<" must name a mapping or a list of mappings')
      this.count(from.entries.size, place)
      for (const [key, entry] of from.entries) if (!into.has(key)) into.set(key, entry)
    }
  }
}

const MERGE = Symbol('<<')

const TEXT = 'tag:yaml.org,2002:str'
/** What a value has without being marked, too. */
const PLAIN_TAGS = ['map', 'seq', 'int', 'float', 'bool', 'null', 'str'].map(
  (name) => `tag:yaml.org,2002:${name}`,
)

function scalarValue(from: YamlScalar.Parsed) {
  const text = String(from.value)
  return from.type === YamlScalar.PLAIN && from.tag !== TEXT && from.tag !== '!' ? plainScalar(text) : text
}

function tagOf(tag: string, place: Place): { tag?: Tag } {
  if (tag === '!reset' || tag === '!override') return { tag: tag.slice(1) as Tag }
  if (PLAIN_TAGS.includes(tag) || tag === '!') return {}
  throw invalidAt(place, `unknown tag ${quoted(tag)}: Compose has "!reset" and "!override"`)
}

const problemOf = (message: string): string =>
  /call stack/.test(message) ? TOO_DEEP : `it is not YAML: ${message.split('\n')[0]?.replace(/\.$/, '')}`
