import type { Lock } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { updateDevcontainerLock } from './devcontainer-lock.ts'
import { writeLock } from './lock-file.ts'
import { forgetFound } from './pinned-features.ts'

/**
 * Writes the lock of a project's definition, and keeps `devcontainer-lock.json` equal if there is one. `definitionFile` and
 * `file`, the lock's, are relative to the project's folder. Errors: `storage-failed`, `lock-invalid`.
 */
export async function saveLock(
  home: Home,
  project: Project,
  { definitionFile, file }: { definitionFile: string; file: string },
  lock: Lock,
): Promise<void> {
  // Of two that differ it counts first: if the process ends in between, the next one goes on from here.
  await updateDevcontainerLock(project, definitionFile, lock)
  await writeLock(project, file, lock)
  await forgetFound(home, project.key)
}
