import { randomBytes } from 'node:crypto'
import { link, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { Home } from './home.ts'
import { writeFileWhole } from './write-file.ts'

/** In bytes. */
const LENGTH = 32

/**
 * A random key that only this data folder has, for hashes of secrets that others may see. It is made when it is needed first.
 * Errors: `storage-failed`.
 */
export async function homeKey(home: Home): Promise<Buffer> {
  const file = path.join(home.root, 'key')
  const known = await readKey(file)
  if (known) return known
  const made = `${file}.${randomBytes(4).toString('hex')}`
  await writeFileWhole(made, randomBytes(LENGTH))
  try {
    // Another process may have been first.
    await link(made, file)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw failure(file, error)
  } finally {
    await rm(made, { force: true })
  }
  const key = await readKey(file)
  if (key) return key
  throw failure(file, new Error('it does not hold the key that was written'))
}

async function readKey(file: string): Promise<Buffer | undefined> {
  try {
    const key = await readFile(file)
    if (key.length === LENGTH) return key
    throw failure(file, new Error(`it does not hold a key of ${LENGTH} bytes; remove it`))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

const failure = (file: string, error: unknown): Error =>
  productError(
    'storage-failed',
    { path: file, problem: error instanceof Error ? error.message : String(error), of: 'home' },
    { cause: error },
  )
