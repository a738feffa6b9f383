import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { ensureFolder } from './home.ts'

/** Writes a file atomically, through a temporary file beside it. Errors: `storage-failed`. */
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
  } catch (error) {
    await rm(temporary, { force: true })
    throw productError(
      'storage-failed',
      { path: file, problem: (error as Error).message, of: 'home' },
      { cause: error },
    )
  }
}
