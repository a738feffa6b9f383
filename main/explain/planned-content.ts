import { createHash } from 'node:crypto'
import { fstatSync } from 'node:fs'
import path from 'node:path'
import { type Opened, openInside, openOwn } from '../files/open-inside.ts'
import { readPrefix } from '../files/read-prefix.ts'
import type { Home } from '../store/home.ts'

/** In bytes: larger files are not read. */
const LARGEST = 8 * 1024 * 1024

/**
 * The text of a file as it was planned: from the store of contents, else from the project's folder, at `input` in
 * `folder`. `content` is its SHA-256 as plans have it. Undefined where neither has exactly that content, or it is too large.
 */
export function readContent(
  home: Home,
  content: string | null,
  input: string,
  folder: string | undefined,
): string | undefined {
  const sha256 = /^[0-9a-f]{64}(?= \(executable\)$|$)/.exec(content ?? '')?.[0]
  if (sha256 === undefined) return undefined
  const kept = readIf(() => openOwn(path.join(home.blobs, sha256)), sha256)
  return kept ?? (folder === undefined ? undefined : readIf(() => openInside(folder, input), sha256))
}

/** What a file holds, if that is what it should be. */
function readIf(open: () => Opened, sha256: string): string | undefined {
  try {
    using file = open()
    const stats = fstatSync(file.fd)
    if (!stats.isFile() || stats.size > LARGEST) return undefined
    const bytes = readPrefix(file.fd, stats.size)
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes.toString('utf8') : undefined
  } catch {
    // It is missing or unreadable: then its content is not compared.
    return undefined
  }
}
