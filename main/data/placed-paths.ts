import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { mountPointsMade } from './mount-points.ts'
import { filesPlaced } from './placed-files.ts'

/** What Pristine put into the person's folder for the version that runs, by absolute path: it is no part of another one. */
export async function putThere(home: Home, project: Project): Promise<string[]> {
  return [...(await filesPlaced(home, project)), ...(await mountPointsMade(home, project))]
}
