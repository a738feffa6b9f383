import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import { ensureFolder } from './home.ts'

/**
 * Writes a file atomically, through a temporary file beside it; it is on the disk when this returns. Errors:
 * `storage-failed`.
 */
export async function writeFileWhole(
  file: string,
  content: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  await ensureFolder(path.dirname(file))
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    await syncFolder(path.dirname(file))
  } catch (error) {
    await rm(temporary, { force: true })
    throw productError(
      'storage-failed',
      { path: file, problem: (error as Error).message, of: 'home' },
      { cause: error },
    )
  }
}

/**
 * Puts the names of a folder on the disk: without it a power failure may bring an earlier file back. Windows and some file
 * systems have no such call.
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!isSystemError(error, 'EINVAL') && !isSystemError(error, 'ENOTSUP')) throw error
  } finally {
    await handle.close()
  }
}
