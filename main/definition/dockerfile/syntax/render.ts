import type { Line, SourceRange } from './split-instructions.ts'

/**
 * A change of a part of an instruction; the offsets count in its logical line. `before` and `after` are
 * put around what takes the part's place.
 */
export interface Edit {
  what:
    | { kind: 'stage'; name: string }
    | { kind: 'image'; reference: string }
    | { kind: 'path'; inFolder: string }
  start: number
  end: number
  before?: string
  after?: string
}

/** An ADD that downloads, in parts; it is sent as COPYs of what was downloaded before. */
export interface Download {
  onbuild: boolean
  flags: { name: string; text: string }[]
  /** Runs of sources of one kind, in order. Words are as written; `inFolder` for a context that lies in one. */
  groups: ({ kind: 'local'; words: string[]; inFolder: string[] } | { kind: 'download'; urls: string[] })[]
  /** Whether the sources are a JSON array. */
  json: boolean
  destination: string
  /** Whether archives are unpacked although they come from elsewhere (`--unpack`). */
  unpack: boolean
}

/** One instruction as it is kept: its lines and what may be changed in them. */
export interface Segment {
  lines: Line[]
  /** How many of the lines are the instruction itself. */
  own: number
  /** The instruction as one line. */
  logical: string
  ranges: SourceRange[]
  edits: Edit[]
  download?: Download
  /** Of a `# syntax=` line without a digest: the image that it names. */
  frontend?: string
}

export interface Rendered {
  text: string
  /** For each line of `text`, its line (1-based) in the person's file. */
  lines: number[]
}

/** Puts the pieces together. `change` gives the text that takes an edit's place, or undefined to leave it as written. */
export function render(
  segments: Segment[],
  change: (what: Edit['what']) => string | undefined,
  rewrite: (download: Download) => string[] | undefined = () => undefined,
): Rendered {
  const lines: Line[] = []
  for (const segment of segments) {
    const written = segment.download && rewrite(segment.download)
    const number = segment.lines[0]?.number ?? 1
    const own = written?.map((text): Line => ({ number, text })) ?? applyEdits(segment, change)
    for (const line of own) lines.push(line)
    for (const line of segment.lines.slice(segment.own)) lines.push(line)
  }
  return { text: lines.map((line) => `${line.text}\n`).join(''), lines: lines.map((line) => line.number) }
}

/** A text to be put in the place of another; the offsets count in the logical line, or in one of the lines. */
interface Change {
  start: number
  end: number
  value: string
}

/** The instruction's own lines after the edits; one line, if an edit does not keep within one. */
function applyEdits(segment: Segment, change: (what: Edit['what']) => string | undefined): Line[] {
  const own = segment.lines.slice(0, segment.own)
  const changes = segment.edits
    .flatMap(({ what, start, end, before = '', after = '' }): Change[] => {
      const value = change(what)
      return value === undefined ? [] : [{ start, end, value: before + value + after }]
    })
    .sort((a, b) => a.start - b.start)
  const byLine = changesByLine(segment.ranges, changes)
  if (!byLine) return [{ number: own[0]?.number ?? 1, text: replaced(segment.logical, changes) }]
  return own.map((line, at) => ({ ...line, text: replaced(line.text, byLine.get(at) ?? []) }))
}

/** Sorted changes of a logical line as those of its lines; undefined if one of them goes beyond its line. */
function changesByLine(ranges: SourceRange[], changes: Change[]): Map<number, Change[]> | undefined {
  const byLine = new Map<number, Change[]>()
  let at = 0
  for (const { start, end, value } of changes) {
    let range = ranges[at]
    while (range && range.start + range.length < end) range = ranges[++at]
    if (!range || range.start > start) return undefined
    const shift = range.column - range.start
    const known = byLine.get(range.line)
    const moved = { start: start + shift, end: end + shift, value }
    if (known) known.push(moved)
    else byLine.set(range.line, [moved])
  }
  return byLine
}

function replaced(text: string, changes: Change[]): string {
  let result = ''
  let done = 0
  for (const { start, end, value } of changes) {
    result += text.slice(done, start) + value
    done = end
  }
  return result + text.slice(done)
}
