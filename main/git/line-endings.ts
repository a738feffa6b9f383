import { createHash } from 'node:crypto'
import { type ObjectIds, objectIds } from './object-ids.ts'

/** In bytes: no text that a person writes is longer, and of no longer one line ends are looked at. */
export const LONGEST_TEXT = 256 * 1024 * 1024

/** A text with CRLF line ends: what it is in a repository as it is, and as git keeps it when it converts line ends. */
export interface LineEnds {
  object: ObjectIds
  /** With LF line ends. */
  converted: { object: ObjectIds; sha256: string }
}

/** Undefined for what has no CRLF, and for what is no text: git converts nothing that holds a NUL (gitattributes(5)). */
export function readLineEnds(content: Buffer): LineEnds | undefined {
  if (!content.includes('\r\n') || content.includes(0)) return undefined
  const converted = withLineFeeds(content)
  return {
    object: objectIds(content),
    converted: { object: objectIds(converted), sha256: createHash('sha256').update(converted).digest('hex') },
  }
}

/** The content with LF where it has CRLF; a CR by itself stays, as in git. */
function withLineFeeds(content: Buffer): Buffer {
  const converted = Buffer.allocUnsafe(content.length)
  let length = 0
  let from = 0
  for (let at = content.indexOf('\r\n'); at >= 0; at = content.indexOf('\r\n', from)) {
    length += content.copy(converted, length, from, at)
    from = at + 1
  }
  length += content.copy(converted, length, from)
  return converted.subarray(0, length)
}

/** The content whose hash is `sha256`: the given one, or that with LF line ends; undefined when neither is. */
export function contentWithHash(content: Buffer, sha256: string): Buffer | undefined {
  const isIt = (some: Buffer): boolean => createHash('sha256').update(some).digest('hex') === sha256
  if (isIt(content)) return content
  if (!content.includes('\r\n')) return undefined
  const converted = withLineFeeds(content)
  return isIt(converted) ? converted : undefined
}
