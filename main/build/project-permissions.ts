import { canonical } from '../../shared/canonical.ts'
import type { Permission } from '../../shared/trust.ts'
import { permissionsWithoutImage } from '../container/prepare-launch.ts'
import type { ReadProject, ReadService } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { permissionsOfBuild } from '../trust/build-permissions.ts'
import { sourcesOfPlan, sourcesOfReading } from '../trust/service-permissions.ts'
import type { VersionBuild } from './version-build.ts'

/** What the services of a checkout reach, as far as that is known without their images. */
export async function permissionsOfProject(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, services }: ReadProject,
): Promise<Permission[]> {
  const found = services.map(async (read) => {
    const { service, compose } = read
    const made = { ...sourcesOfReading(read), ...(compose && { variables: [] }) }
    const own = await permissionsWithoutImage(host, project, definition.file, made, service, compose)
    const all = [...own, ...permissionsOfBuild(host.env, read.reading)]
    if (!compose) return all
    const variables = compose.variables.map((name): Permission => ({ kind: 'variable', name }))
    return [...[...all, ...variables].map((one) => ofService(service.name, one)), ...variablesOfImage(read)]
  })
  return (await Promise.all(found)).flat()
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

/** A command on this computer is the definition's. */
const ofService = (service: string, permission: Permission): Permission =>
  permission.kind === 'host-command' ? permission : { ...permission, service }

/** The same of a version that is made, perhaps of a definition of long ago. */
export async function permissionsOfVersion(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { plan, services }: VersionBuild,
): Promise<Permission[]> {
  const found = plan.services.map((service) =>
    permissionsWithoutImage(host, project, plan.file, sourcesOfPlan(service), service),
  )
  const builds = services.map(({ reading }) => permissionsOfBuild(host.env, reading))
  return [...(await Promise.all(found)), ...builds].flat()
}
