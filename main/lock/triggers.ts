import { productError } from '../../shared/errors.ts'
import { EMPTY_LOCK, type Lock } from '../../shared/lock.ts'
import type { Project } from '../store/open.ts'
import { readLock, writeLock } from './file.ts'

/** What an image leaves to the builds that begin with it (ONBUILD), by its reference, with what the reference is. */
export type ImageTriggers = Record<string, { resolved: string; onbuild: string[] }>

/** A lock with what was read of images; an image without triggers is written without the member. */
export function withTriggers(lock: Lock, found: ImageTriggers): Lock {
  const images = Object.entries(found).map(([reference, { resolved, onbuild }]) => [
    reference,
    { resolved, ...(onbuild.length > 0 && { onbuild }) },
  ])
  return { ...lock, images: { ...lock.images, ...Object.fromEntries(images) } }
}

/** Writes what was read of images into a project's lock; `file` is its, relative to the project. Errors: those of `readLock`, `storage-failed`. */
export async function keepTriggers(project: Project, file: string, found: ImageTriggers): Promise<void> {
  const lock = (await readLock(project, file)) ?? EMPTY_LOCK
  // Somebody edited it since: what was read is of another image.
  for (const [reference, { resolved }] of Object.entries(found))
    if ((lock.images[reference]?.resolved ?? resolved) !== resolved)
      throw productError('lock-outdated', { file, reference, problem: 'missing' })
  await writeLock(project, file, withTriggers(lock, found))
}
