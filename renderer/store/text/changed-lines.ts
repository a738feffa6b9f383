import { diffLines } from 'diff'

/** Lines around a difference. */
const AROUND = 3

export type ChangedLine = { sign: '+' | '−' | ' '; text: string } | { skipped: number }

/**
 * How a text changed, line by line; what stayed the same is there only around it. Null: there is no such text. Undefined
 * where that is not found in `time` milliseconds: it takes time that grows with the square of how much differs.
 */
export function changedLines(
  from: string | null,
  to: string | null,
  time: number,
): ChangedLine[] | undefined {
  const parts = diffLines(from ?? '', to ?? '', { timeout: time })
  return parts?.flatMap(({ value, added, removed }, index): ChangedLine[] => {
    const texts = value.replace(/\n$/, '').split('\n')
    if (added || removed) return texts.map((text) => ({ sign: added ? '+' : '−', text }))
    const head = index === 0 ? 0 : AROUND
    const tail = index === parts.length - 1 ? 0 : AROUND
    const same = (list: string[]): ChangedLine[] => list.map((text) => ({ sign: ' ', text }))
    if (texts.length <= head + tail + 1) return same(texts)
    return [
      ...same(texts.slice(0, head)),
      { skipped: texts.length - head - tail },
      ...same(tail > 0 ? texts.slice(-tail) : []),
    ]
  })
}
