import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { productError } from '../../shared/errors.ts'
import { gitRootOf, isInside, type ProjectPlace } from './local-variables.ts'
import { systemCode } from './system-code.ts'

const MAX_BYTES = 1 << 20
const NON_BLOCKING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * The text of a definition's file (relative to the project's folder), without a byte order mark.
 * Fails with `definition-invalid` for what is no regular UTF-8 file of at most 1 MiB within the project.
 */
export async function readText(project: ProjectPlace, file: string): Promise<string> {
  const fail = (problem: string, cause?: unknown) =>
    productError('definition-invalid', { file, problem }, { cause })
  try {
    const path = await realpath(join(project.path, file))
    if (!isInside(path, await realpath(gitRootOf(project)))) {
      throw fail("it is a link that leaves the project's folder")
    }
    // Non-blocking, so that opening a FIFO does not wait for a writer.
    await using handle = await open(path, NON_BLOCKING)
    const stats = await handle.stat()
    if (!stats.isFile()) throw fail('expected a regular file')
    if (stats.size > MAX_BYTES) throw fail('expected a file of at most 1 MiB')
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile())
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw fail('expected UTF-8 text', error)
    throw fail(code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`, error)
  }
}
