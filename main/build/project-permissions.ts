import type { Capability } from '../../shared/trust.ts'
import { reachWithoutImage } from '../container/prepare-launch.ts'
import type { ReadProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { reachOfBuild } from '../trust/build-permissions.ts'
import { madeOfPlan, madeOfReading } from '../trust/service-permissions.ts'
import type { VersionBuild } from './version-build.ts'

/** What the services of a checkout reach, as far as that is known without their images. */
export async function reachOfProject(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, services }: ReadProject,
): Promise<Capability[]> {
  const found = services.map((read) =>
    reachWithoutImage(host, project, definition.file, madeOfReading(read), read.service),
  )
  const builds = services.map(({ reading }) => reachOfBuild(host.env, reading))
  return [...(await Promise.all(found)), ...builds].flat()
}

/** The same of a version that is made, perhaps of a definition of long ago. */
export async function reachOfVersion(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { plan, services }: VersionBuild,
): Promise<Capability[]> {
  const found = plan.services.map((service) =>
    reachWithoutImage(host, project, plan.file, madeOfPlan(service), service),
  )
  const builds = services.map(({ reading }) => reachOfBuild(host.env, reading))
  return [...(await Promise.all(found)), ...builds].flat()
}
