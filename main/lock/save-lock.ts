import type { Lock } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { updateDevcontainerLock } from './devcontainer-lock.ts'
import { writeLock } from './lock-file.ts'
import { forgetFound } from './pinned-features.ts'

/** The file of a definition and that of its lock, relative to the project's folder, and how it writes its features. */
export interface LockFiles {
  definitionFile: string
  file: string
  /** As they are written, by reference. */
  written: Readonly<Record<string, string>>
}

/**
 * Writes the lock of a project's definition, and keeps `devcontainer-lock.json` equal if there is one; returns whether that
 * one changed. Errors: `storage-failed`, `lock-invalid`.
 */
export async function saveLock(
  home: Home,
  project: Project,
  { definitionFile, file, written }: LockFiles,
  lock: Lock,
): Promise<boolean> {
  // Of two that differ it counts first: if the process ends in between, the next one goes on from here.
  const changesOther = await updateDevcontainerLock(project, definitionFile, lock, written)
  await writeLock(project, file, lock)
  await forgetFound(home, project.key)
  return changesOther
}
