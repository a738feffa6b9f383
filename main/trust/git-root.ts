import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isSystemError } from '../../shared/errors.ts'
import type { Permission } from '../../shared/trust.ts'
import { gitRootOf, isInside } from '../files/project-paths.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'

/*
 * All of the git root is the project's own folder. Code inside can break the repository that it works in, and the root is then
 * that of a repository around it. So the data folder keeps which root was used last.
 */

const KnownRoot = z.object({ root: z.string() })

const rootFile = (home: Home, project: Project): string =>
  path.join(home.project(project.key), 'git-root.json')

/** What a git root above the one that was used last requests; none where that is unknown. */
export async function permissionsOfRoot(home: Home, project: Project): Promise<Permission[]> {
  const earlier = await readKnown(home, project)
  const root = gitRootOf(project)
  if (earlier === undefined || earlier === root || !isInside(earlier, root)) return []
  return [{ kind: 'git-root', root, earlier }]
}

/** Keeps the git root, once it may be used. Errors: `storage-failed`. */
export async function keepRoot(home: Home, project: Project): Promise<void> {
  const root = gitRootOf(project)
  if ((await readKnown(home, project)) === root) return
  await writeFileWhole(rootFile(home, project), `${JSON.stringify({ root })}\n`)
}

/** A record that cannot be read is as that of the project's folder alone: everything above it asks. */
async function readKnown(home: Home, project: Project): Promise<string | undefined> {
  try {
    return KnownRoot.parse(JSON.parse(await readFile(rootFile(home, project), 'utf8'))).root
  } catch (error) {
    return isSystemError(error, 'ENOENT') ? undefined : project.path
  }
}
