import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { productError } from '../../shared/errors.ts'
import { takeLock } from './file-lock.ts'
import { ensureFolder, type Home } from './home.ts'

/** In milliseconds: how long others may keep recipes or prune them, and how often they are asked. */
const TIMEOUT = 120_000
const RETRY_INTERVAL = 10

/**
 * Runs work while no other process stores or prunes recipes, or makes the key of the data folder: what was just written, or
 * found to exist, must not be removed before it is recorded.
 * Errors: `busy`, `storage-failed`.
 */
export async function withStoreLock<T>(home: Home, work: () => Promise<T>): Promise<T> {
  const file = path.join(home.root, 'store.lock')
  await ensureFolder(home.root)
  const began = performance.now()
  for (;;) {
    const lock = await takeLock(file).catch((error: Error) => {
      throw productError('storage-failed', { path: file, problem: error.message }, { cause: error })
    })
    if (lock) {
      try {
        return await work()
      } finally {
        lock.close()
      }
    }
    if (performance.now() - began > TIMEOUT)
      throw productError('busy', { what: 'cleaning up the data folder', pid: 0 })
    await pause(RETRY_INTERVAL)
  }
}
