import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Home } from './home.ts'
import { withStoreLock } from './store-lock.ts'
import { writeFileWhole } from './write-file.ts'

/** In bytes. */
const LENGTH = 32

/**
 * A random key that only this data folder has, for hashes of secrets that others may see. It is made when it is needed first;
 * by a lock and not by a hard link, which not every file system has.
 * Errors: `busy`, `storage-failed`.
 */
export async function homeKey(home: Home): Promise<Buffer> {
  const file = path.join(home.root, 'key')
  const known = await readKey(file)
  if (known) return known
  return withStoreLock(home, async () => {
    // Another process may have been first.
    const key = await readKey(file)
    if (key) return key
    const made = randomBytes(LENGTH)
    await writeFileWhole(file, made)
    return made
  })
}

async function readKey(file: string): Promise<Buffer | undefined> {
  try {
    const key = await readFile(file)
    if (key.length === LENGTH) return key
    const problem = `it does not hold a key of ${LENGTH} bytes; remove it`
    throw productError('storage-failed', { path: file, problem, of: 'home' })
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
