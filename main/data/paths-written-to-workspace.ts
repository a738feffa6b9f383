import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { listPlacedFiles } from './files-written-to-workspace.ts'
import { listMountPoints } from './mount-points.ts'

/**
 * What Pristine placed in the person's folder for the running version, by absolute path. It is not part of any other
 * version.
 */
export async function pathsWrittenToWorkspace(home: Home, project: Project): Promise<string[]> {
  return [...(await listPlacedFiles(home, project)), ...(await listMountPoints(home, project))]
}
