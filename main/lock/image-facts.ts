import { productError } from '../../shared/errors.ts'
import { EMPTY_LOCK, type ImageMetadata, type Lock } from '../../shared/lock.ts'
import type { Project } from '../store/open-project.ts'
import { readLock, writeLock } from './lock-file.ts'

/**
 * What images bring to what is made of them, by their references, with what each reference is: what they leave to the
 * builds that begin with them (ONBUILD), and what of their label decides a version.
 */
export type FoundFacts = Record<
  string,
  { resolved: string; onbuild: string[]; metadata?: ImageMetadata | undefined }
>

/**
 * A lock with what was read of images; what an image does not bring is no member, and one that is written with its digest
 * and brings nothing has no entry.
 */
export function withFacts(lock: Lock, found: FoundFacts): Lock {
  const images = Object.entries(found).flatMap(([reference, { resolved, onbuild, metadata }]) => {
    const brought = { ...(onbuild.length > 0 && { onbuild }), ...(metadata && { metadata }) }
    const isListed = Object.hasOwn(lock.images, reference) || Object.keys(brought).length > 0
    return isListed ? [[reference, { resolved, ...brought }]] : []
  })
  return { ...lock, images: { ...lock.images, ...Object.fromEntries(images) } }
}

/** Writes what was read of images into a project's lock; `file` is its, relative to the project. Errors: those of `readLock`, `storage-failed`. */
export async function recordFacts(project: Project, file: string, found: FoundFacts): Promise<void> {
  const lock = (await readLock(project, file)) ?? EMPTY_LOCK
  // The lock was edited since: the triggers are those of another image.
  for (const [reference, { resolved }] of Object.entries(found))
    if ((lock.images[reference]?.resolved ?? resolved) !== resolved)
      throw productError('lock-outdated', { file, reference, problem: 'missing' })
  await writeLock(project, file, withFacts(lock, found))
}
