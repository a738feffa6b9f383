import { randomUUID } from 'node:crypto'
import type { Feature, RunConfig } from '../../../shared/definition.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Permission } from '../../../shared/trust.ts'
import { metadataLabel } from '../../definition/devcontainer/image-metadata.ts'
import { METADATA_LABEL } from '../../definition/dockerfile/metadata-label.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import type { ContainerSpec } from '../../docker/containers.ts'
import type { Host } from '../../host/host.ts'
import { sshAgentFolder } from '../../personal/ssh-agent-folder.ts'
import type { Project } from '../../store/open-project.ts'
import { permissionsOfRequest } from '../../trust/request-permissions.ts'
import { permissionsOfService, type ServiceSources } from '../../trust/service-permissions.ts'
import { agentMount } from './base-create-request.ts'
import { connectionsOf, type SetNames } from './compose-create-request.ts'
import { createRequest } from './create-request.ts'
import { type LaunchImage, resolveService, type Settled, wantedPorts } from './resolve-service.ts'

/**
 * The permissions of a service that are known without its image: of the checkout, or of an earlier version. `file` is
 * the definition's, `composed` what Compose files say of the service.
 * Errors: `definition-invalid`, `input-unreadable`.
 */
export async function permissionsWithoutImage(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  file: string,
  made: ServiceSources,
  service: { name: string; run: RunConfig; features?: Feature[] | undefined },
  composed?: ComposedService,
): Promise<Permission[]> {
  const label = metadataLabel(undefined, service.features ?? [], 'features')
  const image: LaunchImage = { Id: '', Config: { Labels: { [METADATA_LABEL]: label } } }
  const settled = resolveService(host, project, file, service, image, composed)
  // Only who works in a container uses it.
  const hasAgent = composed?.isFirst ?? true
  const agent = hasAgent ? await sshAgentFolder(host.home, project.key) : undefined
  const { created: run } = settled
  const parts = { project, version: '' as VersionId, service: service.name, image, agent, run, composed }
  const spec = createRequest(parts, wantedPorts(run), OWN_NAMES)
  return permissionsOfLaunch(host, project, { file, made, settled, composed, agent }, spec, OWN_NAMES)
}

/** What is judged of a service besides a create request. */
export interface JudgedService {
  /** The definition's file. */
  file: string
  made: ServiceSources
  settled: Settled
  composed: ComposedService | undefined
  /** The folder in which its container finds the person's ssh agent. */
  agent: string | undefined
}

/**
 * The permissions of a service with a create request. `names`: of what the request shares with others of its set.
 * Errors: `definition-invalid`, `input-unreadable`.
 */
export async function permissionsOfLaunch(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  { file, made, settled: { templates, hooks, initialize }, composed, agent }: JudgedService,
  spec: ContainerSpec,
  names: SetNames = OWN_NAMES,
): Promise<Permission[]> {
  const found = [
    ...permissionsOfService(made, templates, hooks, initialize, file, host.env),
    ...(await permissionsOfRequest(spec, {
      ...{ project, host, file },
      agent: agent === undefined ? undefined : agentMount(agent),
    })),
  ]
  if (!composed) return found
  // It is connected to its other networks afterwards.
  const further = connectionsOf(composed, names).slice(1)
  const others = further.map(({ network }): Permission => ({ kind: 'network', mode: network }))
  const variables = composed.variables.map((name): Permission => ({ kind: 'variable', name }))
  return withoutOwn([...found, ...others, ...variables], composed, names).map((one) =>
    ofService(composed.service.name, one),
  )
}

/** Before the names of networks and containers that do not exist yet. No definition can know it: a name with it would pass for the stack's own. */
const OWN = `${randomUUID()}:`
/** The names of a set's own networks and containers as long as these do not exist. */
export const OWN_NAMES: SetNames = {
  network: (key) => `${OWN}${key}`,
  container: (service) => `${OWN}${service}`,
}

/** A network or a namespace of the set's own is no reach beyond it. */
function withoutOwn(
  permissions: readonly Permission[],
  { stack, service }: ComposedService,
  names: SetNames,
): Permission[] {
  const keys = service.network.kind === 'networks' ? Object.keys(service.network.networks) : []
  const networks = keys.filter((key) => !stack.networks[key]?.external).map(names.network)
  const containers = Object.keys(stack.services).map((name) => `container:${names.container(name)}`)
  return permissions.flatMap((one): Permission[] => {
    if (one.kind === 'network' && networks.includes(one.mode)) return [{ ...one, mode: 'default' }]
    if (one.kind === 'network' && containers.includes(one.mode)) return []
    if (one.kind === 'namespace' && containers.includes(one.of)) return []
    return [one]
  })
}

/** A permission of one of several services. A command on this computer is the definition's. */
export const ofService = (service: string, permission: Permission): Permission =>
  permission.kind === 'host-command' ? permission : { ...permission, service }
