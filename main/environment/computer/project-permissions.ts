import { canonical } from '../../../shared/canonical.ts'
import type { Plan } from '../../../shared/plan.ts'
import type { Permission } from '../../../shared/trust.ts'
import type { VersionBuild } from '../../build/version-build.ts'
import { ofService, permissionsWithoutImage } from '../../container/launch/launch-permissions.ts'
import { type PlannedStack, plannedStack } from '../../definition/planned-stack.ts'
import type { ReadProject, ReadService } from '../../definition/read-project.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'
import { permissionsOfBuild } from '../../trust/build-permissions.ts'
import { permissionsOfRoot } from '../../trust/git-root.ts'
import { sourcesOfPlan, sourcesOfReading } from '../../trust/service-permissions.ts'

/** What a checkout and its services reach, as far as that is known without their images. */
export async function permissionsOfProject(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, services }: ReadProject,
): Promise<Permission[]> {
  const found = services.map(async (read) => {
    const { service, compose } = read
    const made = { ...sourcesOfReading(read), ...(compose && { variables: [] }) }
    const own = await permissionsWithoutImage(host, project, definition.file, made, service, compose)
    const built = permissionsOfBuild(host.env, read.reading)
    if (!compose) return [...own, ...built]
    return [...own, ...built.map((one) => ofService(service.name, one)), ...variablesOfImage(read)]
  })
  return [...(await permissionsOfRoot(host.home, project)), ...(await Promise.all(found)).flat()]
}

/** The variables of the person's environment that the images of a checkout are made of: whoever resolves a name sends it. */
export const variablesOfImages = ({ services }: ReadProject): Permission[] =>
  services.flatMap(variablesOfImage)

const variablesOfImage = ({ service, compose }: ReadService): Permission[] =>
  service.variables.map((name) => ({
    kind: 'variable',
    name,
    ...(compose && { use: 'build', service: service.name }),
  }))

/** What of these, which are those of a project with the person's own layer on it, only the layer requests. */
export async function permissionsOfLayer(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { shared }: ReadProject,
  requested: readonly Permission[],
): Promise<Permission[]> {
  if (!shared) return []
  const known = new Set((await permissionsOfProject(host, project, shared)).map(canonical))
  return requested.filter((permission) => !known.has(canonical(permission)))
}

/** The same of a version that is made, perhaps of a definition of long ago. */
export async function permissionsOfVersion(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  version: VersionBuild,
): Promise<Permission[]> {
  const builds = version.services.flatMap(({ plan: service, reading }) => {
    const built = permissionsOfBuild(host.env, reading)
    return service.compose ? built.map((one) => ofService(service.name, one)) : built
  })
  const stack = await plannedStack(host, project, version)
  return [...(await permissionsOfPlan(host, project, version.plan, stack)), ...builds]
}

/** What the services of a version reach, whatever they were built from. `stack`: what its Compose files say. */
export async function permissionsOfPlan(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  plan: Plan,
  stack: PlannedStack,
): Promise<Permission[]> {
  const found = plan.services.map((service) =>
    permissionsWithoutImage(
      host,
      project,
      plan.file,
      sourcesOfPlan(service),
      service,
      stack.of(service.name),
    ),
  )
  return (await Promise.all(found)).flat()
}
