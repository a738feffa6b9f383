import { createHash } from 'node:crypto'
import path from 'node:path'

export const hashOf = (folder: string) => createHash('sha256').update(folder).digest('hex')

/** Two folders named shop whose paths have the same first 32 bits of their hashes, found by search. */
export function collide(place: string): [string, string] {
  const seen = new Map<string, string>()
  for (let at = 0; ; at++) {
    const folder = path.join(place, String(at), 'shop')
    const hash = hashOf(folder).slice(0, 8)
    const other = seen.get(hash)
    if (other !== undefined) return [other, folder]
    seen.set(hash, folder)
  }
}
