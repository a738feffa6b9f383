import type { Line, Stretch } from './split.ts'

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
    if (written) for (const text of written) lines.push({ number, text })
    else lines.push(...applyEdits(piece, change))
    lines.push(...piece.lines.slice(piece.own))
  }
  return { text: lines.map((line) => `${line.text}\n`).join(''), lines: lines.map((line) => line.number) }
}

/** The instruction's own lines after the edits; one line, if an edit does not keep within one. */
function applyEdits(piece: Piece, change: (what: Edit['what']) => string | undefined): Line[] {
  const own = piece.lines.slice(0, piece.own)
  const changes = piece.edits
    .toSorted((a, b) => b.start - a.start)
    .flatMap((edit) => {
      const value = change(edit.what)
      if (value === undefined) return []
      return [{ start: edit.start, end: edit.end, value: `${edit.before ?? ''}${value}${edit.after ?? ''}` }]
    })
  const placed = changes.map((each) => ({ ...each, stretch: stretchOf(piece, each.start, each.end) }))
  for (const { start, end, value, stretch } of placed) {
    const line = stretch && own[stretch.line]
    if (!line) return [{ number: own[0]?.number ?? 1, text: changes.reduce(replaced, piece.logical) }]
    const shift = stretch.column - stretch.start
    own[stretch.line] = {
      ...line,
      text: replaced(line.text, { start: start + shift, end: end + shift, value }),
    }
  }
  return own
}

const stretchOf = (piece: Piece, start: number, end: number): Stretch | undefined =>
  piece.stretches.find((stretch) => stretch.start <= start && end <= stretch.start + stretch.length)

const replaced = (text: string, change: { start: number; end: number; value: string }): string =>
  text.slice(0, change.start) + change.value + text.slice(change.end)
