import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { listMountPoints } from './mount-points.ts'
import { listPlacedFiles } from './placed-files.ts'

/** What Pristine put into the person's folder for the version that runs, by absolute path: it is no part of another one. */
export async function placedPaths(home: Home, project: Project): Promise<string[]> {
  return [...(await listPlacedFiles(home, project)), ...(await listMountPoints(home, project))]
}
