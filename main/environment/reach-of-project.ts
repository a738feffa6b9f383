import type { Plan } from '../../shared/plan.ts'
import type { Capability } from '../../shared/trust.ts'
import type { ReadProject } from '../definition/read-project.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { madeOfPlan, madeOfReading } from '../trust/service-reach.ts'
import { reachWithoutImage } from './launch.ts'

/** What the services of a checkout reach, as far as that is known without their images. */
export async function reachOfProject(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, services }: ReadProject,
): Promise<Capability[]> {
  const found = services.map((read) =>
    reachWithoutImage(host, project, definition.file, madeOfReading(read), read.service),
  )
  return (await Promise.all(found)).flat()
}

/** The same of a version that is made, perhaps of a definition of long ago. */
export async function reachOfPlan(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { file, services }: Plan,
): Promise<Capability[]> {
  const found = services.map((service) =>
    reachWithoutImage(host, project, file, madeOfPlan(service), service),
  )
  return (await Promise.all(found)).flat()
}
