import { diffArrays } from 'diff'
import type { LineChange } from '../../shared/change.ts'

/** Texts that differ in more lines are other texts. */
const MAX = 200

/**
 * The lines in which two texts differ: a line for another where they stand in the same place, then what was added or
 * removed. `numbers` has for each line of `after` its number in the person's file; undefined where that is not known.
 * Undefined when the texts have little in common.
 */
export function compareLines(
  before: string,
  after: string,
  numbers: number[] | undefined,
): LineChange[] | undefined {
  const parts = diffArrays(linesOf(before), linesOf(after), { maxEditLength: MAX })
  if (!parts) return undefined
  const changes: LineChange[] = []
  let removed: string[] = []
  let at = 0
  const end = () => {
    for (const from of removed) changes.push({ line: null, from: from.trim(), to: null })
    removed = []
  }
  for (const { added, removed: gone, value } of parts) {
    if (gone) {
      removed.push(...value)
      continue
    }
    for (const to of added ? value : [])
      changes.push({ line: numbers?.[at++] ?? null, from: removed.shift()?.trim() ?? null, to: to.trim() })
    if (!added) at += value.length
    end()
  }
  end()
  return changes
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n')
