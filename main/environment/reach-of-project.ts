import type { Capability } from '../../shared/trust.ts'
import type { ReadProject } from '../definition/read-project.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { reachOfReading } from './launch.ts'

/** What the services of a checkout reach, as far as that is known without their images. */
export async function reachOfProject(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, services }: ReadProject,
): Promise<Capability[]> {
  const found = await Promise.all(
    services.map((service) => reachOfReading(host, project, definition.file, service)),
  )
  return found.flat()
}
