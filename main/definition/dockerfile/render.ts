import type { Line, Stretch } from './split-instructions.ts'

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
export interface Piece {
  lines: Line[]
  /** How many of the lines are the instruction itself. */
  own: number
  /** The instruction as one line. */
  logical: string
  stretches: Stretch[]
  edits: Edit[]
  download?: Download
}

export interface Rendered {
  text: string
  /** For each line of `text`, its line (1-based) in the person's file. */
  lines: number[]
}

/** Puts the pieces together. `change` gives the text that takes an edit's place, or undefined to leave it as written. */
export function render(
  pieces: Piece[],
  change: (what: Edit['what']) => string | undefined,
  rewrite: (download: Download) => string[] | undefined = () => undefined,
): Rendered {
  const lines: Line[] = []
  for (const piece of pieces) {
    const written = piece.download && rewrite(piece.download)
    const number = piece.lines[0]?.number ?? 1
    const own = written?.map((text): Line => ({ number, text })) ?? applyEdits(piece, change)
    for (const line of own) lines.push(line)
    for (const line of piece.lines.slice(piece.own)) lines.push(line)
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
function applyEdits(piece: Piece, change: (what: Edit['what']) => string | undefined): Line[] {
  const own = piece.lines.slice(0, piece.own)
  const changes = piece.edits
    .flatMap(({ what, start, end, before = '', after = '' }): Change[] => {
      const value = change(what)
      return value === undefined ? [] : [{ start, end, value: before + value + after }]
    })
    .sort((a, b) => a.start - b.start)
  const byLine = changesByLine(piece.stretches, changes)
  if (!byLine) return [{ number: own[0]?.number ?? 1, text: replaced(piece.logical, changes) }]
  return own.map((line, at) => ({ ...line, text: replaced(line.text, byLine.get(at) ?? []) }))
}

/** Sorted changes of a logical line as those of its lines; undefined if one of them goes beyond its line. */
function changesByLine(stretches: Stretch[], changes: Change[]): Map<number, Change[]> | undefined {
  const byLine = new Map<number, Change[]>()
  let at = 0
  for (const { start, end, value } of changes) {
    let stretch = stretches[at]
    while (stretch && stretch.start + stretch.length < end) stretch = stretches[++at]
    if (!stretch || stretch.start > start) return undefined
    const shift = stretch.column - stretch.start
    const known = byLine.get(stretch.line)
    const moved = { start: start + shift, end: end + shift, value }
    if (known) known.push(moved)
    else byLine.set(stretch.line, [moved])
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
