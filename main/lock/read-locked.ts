import { type ReadProject, readProject } from '../definition/read-project.ts'
import type { Project } from '../store/open-project.ts'
import { lockPath, readLock } from './lock-file.ts'

/**
 * Reads a project's definition and its Dockerfile, with what their base images bring to the build (ONBUILD) and to the
 * hooks (their metadata label), as the lock has it. Contacts nothing.
 * Errors: those of `readProject` and `readLock`.
 */
export async function readLocked(
  env: Record<string, string | undefined>,
  project: Project,
  choice: string | undefined,
): Promise<ReadProject> {
  const read = await readProject(env, project, choice)
  const images = (await readLock(project, lockPath(read.definition.file)))?.images ?? {}
  if (Object.values(images).every(({ onbuild, metadata }) => !onbuild && !metadata)) return read
  return readProject(env, project, choice, (reference) =>
    Object.hasOwn(images, reference) ? images[reference] : undefined,
  )
}
