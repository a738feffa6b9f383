import type { TextFilter } from '../../../shared/operation.ts'

/** A text that must not be shown, what is shown in its place, and how far it begins again within itself. */
interface Pattern {
  value: string
  shown: string
  /** For each of its beginnings, the longest shorter one with which that beginning ends (Knuth, Morris and Pratt). */
  borders: Int32Array
}

/** Texts that must not be shown. */
export type Hidden = readonly Pattern[]

/** Prepares texts to be hidden, with what is shown in their place; of equal ones the first counts. */
export function patternsOf(values: Iterable<readonly [value: string, shown: string]>): Hidden {
  const known = new Map<string, string>()
  for (const [value, shown] of values) if (value !== '' && !known.has(value)) known.set(value, shown)
  return [...known].map(([value, shown]) => ({ value, shown, borders: bordersOf(value) }))
}

function bordersOf(value: string): Int32Array {
  const borders = new Int32Array(value.length)
  for (let at = 1, length = 0; at < value.length; at++) {
    while (length > 0 && value[at] !== value[length]) length = borders[length - 1] ?? 0
    if (value[at] === value[length]) length++
    borders[at] = length
  }
  return borders
}

/** Where a hidden text stands; positions count in the whole stream. */
interface Found {
  start: number
  end: number
  shown: string
}

/**
 * Takes hidden texts out of one stream of text, wherever it is cut into pieces. What may be the beginning of one is
 * kept back until more comes, and nothing else. Takes time in proportion to the text.
 */
export class Redactor implements TextFilter {
  private readonly searches: Search[]
  private held = ''
  /** Where `held` begins. */
  private start = 0
  private found: Found[] = []

  constructor(hidden: Hidden) {
    this.searches = hidden.map((pattern) => new Search(pattern))
  }

  /** Takes the next piece, and returns what can be shown by now. */
  push(piece: string): string {
    const at = this.start + this.held.length
    let open = 0
    for (const search of this.searches) {
      search.read(piece, at, this.found)
      open = Math.max(open, search.matched)
    }
    this.held += piece
    return this.give(this.start + this.held.length - open)
  }

  /** Returns what was kept back, when nothing more comes. */
  end(): string {
    return this.give(this.start + this.held.length)
  }

  private give(wanted: number): string {
    const joined = join(this.found)
    // Of texts that overlap, none is shown in part.
    const until = Math.min(wanted, joined.find(({ end }) => end > wanted)?.start ?? wanted)
    let text = ''
    let at = this.start
    for (const { start, end, shown } of joined) {
      if (start >= until) break
      text += this.held.slice(at - this.start, start - this.start) + shown
      at = end
    }
    text += this.held.slice(at - this.start, until - this.start)
    this.held = this.held.slice(until - this.start)
    this.start = until
    this.found = this.found.filter(({ start }) => start >= until)
    return text
  }
}

/** The places of one hidden text in a stream. */
class Search {
  /** How many characters at the stream's end so far are the text's beginning. */
  matched = 0
  private readonly pattern: Pattern

  constructor(pattern: Pattern) {
    this.pattern = pattern
  }

  /** `at`: where the piece begins in the stream. */
  read(piece: string, at: number, found: Found[]): void {
    const { value, shown, borders } = this.pattern
    const first = value.charAt(0)
    let matched = this.matched
    for (let index = 0; index < piece.length; index++) {
      if (matched === 0) {
        index = piece.indexOf(first, index)
        if (index < 0) break
      }
      const char = piece[index]
      while (matched > 0 && char !== value[matched]) matched = borders[matched - 1] ?? 0
      if (char === value[matched]) matched++
      if (matched === value.length) {
        found.push({ start: at + index + 1 - value.length, end: at + index + 1, shown })
        matched = borders[matched - 1] ?? 0
      }
    }
    this.matched = matched
  }
}

/** What overlaps becomes one, which shows what each of them would, but for those that stand within another. */
function join(found: Found[]): Found[] {
  const joined: Found[] = []
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1)
    if (!last || one.start >= last.end) joined.push({ ...one })
    else if (one.end > last.end) {
      last.end = one.end
      last.shown += one.shown
    }
  }
  return joined
}
