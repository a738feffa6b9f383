import { constants, fstatSync, readSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { productError } from '../../shared/errors.ts'
import { errorCode } from './error-code.ts'
import { openInside } from './open-inside.ts'
import type { ProjectPaths } from './project-paths.ts'
import { readPrefix } from './read-prefix.ts'
import { realPathInProject } from './real-path-in-project.ts'

const MAX_BYTES = 1 << 20
const NON_BLOCKING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * The text of a definition's file (relative to the project's folder), without a byte order mark.
 * Fails with `definition-invalid` for anything but a regular UTF-8 file of at most 1 MiB within the project.
 */
export function readText(project: ProjectPaths, file: string): Promise<string> {
  const fail = failureOf(file)
  return opened(project, file, (fd, { size }) => {
    if (size > MAX_BYTES) throw fail('expected a file of at most 1 MiB')
    return new TextDecoder('utf-8', { fatal: true }).decode(readPrefix(fd, size))
  })
}

/** The text of a small file at an untrusted path; undefined for anything else. Never waits. */
export async function readSmall(path: string): Promise<string | undefined> {
  try {
    await using handle = await open(path, NON_BLOCKING)
    const stats = await handle.stat()
    return stats.isFile() && stats.size <= MAX_BYTES ? await handle.readFile('utf8') : undefined
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return undefined
  }
}

/** The first `bytes` of such a file, of any length and encoding. Errors: as `readText`. */
export function readHead(project: ProjectPaths, file: string, bytes: number): Promise<string> {
  return opened(project, file, (fd) => {
    const buffer = Buffer.alloc(bytes)
    return new TextDecoder().decode(buffer.subarray(0, readSync(fd, buffer, 0, bytes, 0)))
  })
}

const failureOf = (file: string) => (problem: string, cause?: unknown) =>
  productError('definition-invalid', { file, problem }, { cause })

async function opened<T>(
  project: ProjectPaths,
  file: string,
  read: (fd: number, stats: Stats) => T,
): Promise<T> {
  const fail = failureOf(file)
  try {
    const path = await realPathInProject(project, file)
    if (path === undefined) throw fail("it is a link that leaves the project's folder")
    // Links were resolved before; replacing a folder with another link now leads nowhere.
    using found = openInside(dirname(path), basename(path))
    const stats = fstatSync(found.fd)
    if (!stats.isFile()) throw fail('expected a regular file')
    return read(found.fd, stats)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw fail('expected UTF-8 text', error)
    if (code === 'ELOOP') throw fail('a link has taken its place, or that of a folder above it', error)
    throw fail(code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, error)
  }
}
