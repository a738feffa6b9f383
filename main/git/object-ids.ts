import { createHash } from 'node:crypto'
import type { ObjectHash } from './repository.ts'

/** The id of a content in a repository, by the repository's algorithm. */
export type ObjectIds = Record<ObjectHash, string>

/** The ids of a content as a blob (gitformat-pack(5)). */
export function objectIds(content: Buffer): ObjectIds {
  const id = (algorithm: ObjectHash): string =>
    createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex')
  return { sha1: id('sha1'), sha256: id('sha256') }
}
