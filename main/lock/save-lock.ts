import { productError } from '../../shared/errors.ts'
import { EMPTY_LOCK, type FeaturePin, type Lock } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { devcontainerLockPath, readDevcontainerLock, updateDevcontainerLock } from './devcontainer-lock.ts'
import { forgetPendingPins } from './feature-pin-lookup.ts'
import { changedPin, readLock, writeLock } from './lock-file.ts'

/** The file of a definition and that of its lock, relative to the project's folder, and how it writes its features. */
export interface LockFiles {
  definitionFile: string
  file: string
  /** The lock as it was read; undefined if there was none. */
  now: Lock | undefined
  /** The pins of `devcontainer-lock.json` as they were read; undefined if there was none. */
  other: Record<string, FeaturePin> | undefined
  /** As they are written, by reference. */
  written: Readonly<Record<string, string>>
}

/**
 * Writes the lock of a project's definition, and keeps `devcontainer-lock.json` equal if there is one; returns whether that
 * one changed. Errors: `lock-outdated` if one of them was changed since it was read; `storage-failed`, `lock-invalid`.
 */
export async function saveLock(
  home: Home,
  project: Project,
  { definitionFile, file, now, other, written }: LockFiles,
  lock: Lock,
): Promise<boolean> {
  // What git or another command wrote while pins were resolved may have moved one.
  const reference = changedPin(now ?? EMPTY_LOCK, (await readLock(project, file)) ?? EMPTY_LOCK)
  if (reference !== undefined) throw productError('lock-outdated', { file, reference, problem: 'changed' })
  const asLock = (features = {}): Lock => ({ ...EMPTY_LOCK, features })
  const otherNow = await readDevcontainerLock(project, definitionFile)
  const feature = changedPin(asLock(other), asLock(otherNow))
  if (feature !== undefined) {
    const changed = devcontainerLockPath(definitionFile)
    throw productError('lock-outdated', { file: changed, reference: feature, problem: 'changed' })
  }
  // Of two that differ it counts first: if the process ends in between, the next one goes on from here.
  const changesOther = await updateDevcontainerLock(project, definitionFile, lock, written)
  await writeLock(project, file, lock)
  await forgetPendingPins(home, project.key)
  return changesOther
}
