import { createTwoFilesPatch } from 'diff'
import { exact } from '../../shared/exact.ts'

/** So many lines may differ: finding how they do takes time that grows with their square. */
const MAX_EDITS = 4_000
/** In milliseconds: nothing else happens meanwhile. */
const TIME = 1_000

/** How a text changed, in the unified format; empty where it did not, null where too much differs. */
export function textPatch(path: string, from: string, to: string): string | null {
  if (from === to) return ''
  const name = exact(path)
  const patch = createTwoFilesPatch(`a${name}`, `b${name}`, from, to, undefined, undefined, {
    maxEditLength: MAX_EDITS,
    timeout: TIME,
  })
  return patch?.replace(/^=+\n/, '') ?? null
}
