import { randomUUID } from 'node:crypto'
import { homedir } from 'node:os'
import type { Feature, Hook, RunConfig } from '../../shared/definition.ts'
import { isProductError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { PlanService } from '../../shared/plan.ts'
import type { Permission } from '../../shared/trust.ts'
import { type Content, fits } from '../data/baked-content.ts'
import { makeMountPoints } from '../data/mount-points.ts'
import { workspaceMountOf } from '../data/workspace-mount.ts'
import { hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import { localVariables } from '../definition/devcontainer/document/local-variables.ts'
import type { MetadataEntry } from '../definition/devcontainer/document/schema.ts'
import { mergeImageMetadata, metadataLabel } from '../definition/devcontainer/image-metadata.ts'
import { resolvePart, resolveRemoteEnv, resolveRun } from '../definition/devcontainer/resolve-run.ts'
import { toolMetadata } from '../definition/devcontainer/tool-metadata.ts'
import { readToolSettings, type ToolSettings } from '../definition/devcontainer/tool-settings.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import type { ComposedService } from '../definition/read-project.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ContainerSpec, inspectContainer } from '../docker/containers.ts'
import type { ImageDetails } from '../docker/images.ts'
import type { Host } from '../host/host.ts'
import { agentFolder } from '../personal/agent-folder.ts'
import { type ForwardedEnv, forwardPersonal } from '../personal/forward-personal.ts'
import type { Project } from '../store/open-project.ts'
import { permissionsOfRequest } from '../trust/request-permissions.ts'
import { requireTrust, type TrustContext } from '../trust/require-trust.ts'
import { permissionsOfService, type ServiceSources, sourcesOfPlan } from '../trust/service-permissions.ts'
import { rememberRefusal } from '../trust/trust-record.ts'
import type { PortChoice } from './choose-ports.ts'
import { composeRequest, connectionsOf } from './compose-request.ts'
import { composeRun } from './compose-run.ts'
import {
  agentMount,
  type ContainerParts,
  createRequest,
  type RequestImage,
  requestHashes,
} from './create-request.ts'
import { readEnvFiles } from './env-files.ts'
import { type ExecContext, envRecord, type ResolvedRun } from './exec-context.ts'
import { probeUserEnv } from './probe-user-env.ts'
import { withWantedPorts } from './wanted-ports.ts'

/** Everything that is needed to start one service of a version on this computer. */
export interface Launch extends ResolvedRun {
  service: string
  parts: ContainerParts
  /** Where in the container the definition itself mounts something, not its image or its features. */
  ownMounts: string[]
  /** Whether the image has what its content hooks make in this project's workspace. */
  isWhole: boolean
  /** The hashes of the create request's parts, to compare with a running container's. */
  request: Record<string, string>
  /**
   * Refuses a create request that reaches beyond what is granted at the moment, or that lacks variables of a file.
   * Errors: `not-trusted`, `env-file-unusable`.
   */
  assertGranted(spec: ContainerSpec): Promise<void>
  /** Makes the folders of the project that its mounts need. Errors: `storage-failed`. */
  makeMountPoints(): Promise<void>
  /** The values that this person gave to the declared secrets, as they are now. `problem`: of the key store. */
  secrets(): Promise<{ values: Record<string, string>; missing: string[]; problem: string | null }>
  /**
   * The entries of its label `devcontainer.metadata`, with what the definition's file says to other tools now; with
   * `otherwise` where that cannot be read.
   */
  toolMetadata(otherwise?: () => Promise<ToolSettings>): Promise<MetadataEntry[]>
  /** Whether the ids of its user are to be those of the person, where that matters. */
  updateRemoteUserUID?: boolean | undefined
  /** Its image stands beside the version's, which is gone, and its user has other ids than are wanted. */
  hasOtherIds?: true
  /** Forwards what this person chose to commands, while they run. */
  forward(): Promise<ForwardedEnv>
}

/** What preparing a launch needs from this computer, including the permissions granted with the command. */
export type LaunchContext = TrustContext & Pick<Host, 'env' | 'secrets'>

/**
 * Combines a planned service with its image and this computer, and requires trust for the result. `made`: what content
 * hooks made for the image. `agent`: the folder in which its container finds the person's ssh agent, if it is to.
 * `layered`: whether the person's own layer is part of it.
 * Errors: `not-trusted`, `definition-invalid`.
 */
export async function prepareLaunch(
  host: LaunchContext,
  project: Project,
  version: VersionId,
  file: string,
  planned: PlanService,
  image: ImageDetails,
  {
    made,
    agent,
    layered = false,
  }: { made?: Content | undefined; agent?: string | undefined; layered?: boolean } = {},
): Promise<Launch> {
  const settled = settleService(host, project, file, planned, image)
  const { run, hooks, ownMounts } = settled
  const isWhole = !hasContentHooks(hooks) || fits(made, (await workspaceMountOf(project, run))?.target)
  // Of an image without content hooks it is its base's.
  const content = isWhole && hasContentHooks(hooks) ? made : undefined
  const { env, failure } = await readEnvFiles(project, run.options.envFiles ?? []).then(
    (found) => ({ env: found, failure: undefined }),
    (error: unknown) => ({ env: {}, failure: error }),
  )
  // Only the environment's container has them: what hooks make of them must not come into an image.
  const created = { ...run, containerEnv: { ...env, ...run.containerEnv } }
  const parts: ContainerParts = {
    ...{ project, version, service: planned.name, image },
    ...{ run: created, agent, content },
  }
  const requireGrants = async (spec: ContainerSpec): Promise<void> => {
    const capabilities = await permissionsOfLaunch(
      host,
      project,
      file,
      sourcesOfPlan(planned),
      settled,
      spec,
      agent,
    )
    const merged =
      layered && (await permissionsWithoutImage(host, project, file, sourcesOfPlan(planned), planned))
    await requireTrust(host, project, capabilities, merged ? { layer: { merged } } : {}).catch(
      async (error: unknown) => {
        // Only recorded for the next person who reviews the permissions; the refusal is what to report.
        if (isProductError(error, 'not-trusted'))
          await rememberRefusal(host, project.key, { version, capabilities }).catch(() => {})
        throw error
      },
    )
  }
  await requireGrants(createRequest(parts, wantedPorts(run)))
  const secrets = async () => {
    const { found, problem } = await host.secrets.find(project, run.secrets ?? [])
    const values: Record<string, string> = {}
    const missing: string[] = []
    for (const [name, secret] of Object.entries(found)) {
      if (secret.state === 'missing') missing.push(name)
      else values[name] = secret.value
    }
    return { values, missing, problem }
  }
  return {
    service: planned.name,
    run,
    hooks,
    parts,
    ownMounts,
    isWhole,
    request: requestHashes(parts),
    assertGranted: async (spec) => {
      // Commands in a container that exists already need no file.
      if (failure !== undefined) throw failure
      await requireGrants(withWantedPorts(spec, createRequest(parts, wantedPorts(run))))
    },
    makeMountPoints: () =>
      makeMountPoints(host.home, project, createRequest(parts, []).HostConfig?.Mounts ?? []),
    secrets,
    toolMetadata: async (otherwise) =>
      toolMetadata(
        image.Config.Labels?.[METADATA_LABEL],
        imageIn(planned),
        planned.run,
        await readToolSettings(project, file, otherwise),
        localVariables(project, file, host.env),
      ),
    forward: () => forwardPersonal(host, project, agent),
  }
}

/**
 * The permissions of a service that are known without its image: of the checkout, or of an earlier version. `file` is
 * the definition's, `compose` what Compose files say of the service.
 * Errors: `definition-invalid`, `input-unreadable`.
 */
export async function permissionsWithoutImage(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  file: string,
  made: ServiceSources,
  service: { name: string; run: RunConfig; features?: Feature[] | undefined },
  compose?: ComposedService,
): Promise<Permission[]> {
  const label = metadataLabel(undefined, service.features ?? [], 'features')
  const image: LaunchImage = { Id: '', Config: { Labels: { [METADATA_LABEL]: label } } }
  const settled = settleService(host, project, file, service, image)
  // Only who works in a container uses it.
  const hasAgent = compose?.isFirst ?? true
  const agent = hasAgent ? await agentFolder(host.home, project.key) : undefined
  const parts = { project, version: '' as VersionId, service: service.name, image, agent }
  if (!compose) {
    const { run } = settled
    const spec = createRequest({ ...parts, run }, wantedPorts(run))
    return permissionsOfLaunch(host, project, file, made, settled, spec, agent)
  }
  const place = {
    folder: project.path,
    home: host.env['HOME'] || homedir(),
    containerOf: (other: string) => `${OWN}${other}`,
    file,
  }
  const run = composeRun(compose, settled.run, place)
  const connections = connectionsOf(compose, (key) => `${OWN}${key}`)
  const spec = createRequest({ ...parts, run }, wantedPorts(run))
  const whole = composeRequest(spec, compose, run, image, connections)
  const found = await permissionsOfLaunch(host, project, file, made, settled, whole, agent)
  // It is connected to its other networks afterwards.
  const others = connections.slice(1).map(({ network }): Permission => ({ kind: 'network', mode: network }))
  return withoutOwn([...found, ...others])
}

/**
 * Stands before the names of the stack's own networks and containers as long as these do not exist. No definition can
 * know it: a name with it would pass for the stack's own.
 */
const OWN = `${randomUUID()}:`

/** A network or a namespace of the stack's own is no reach beyond it. */
const withoutOwn = (permissions: readonly Permission[]): Permission[] =>
  permissions.flatMap((one): Permission[] => {
    if (one.kind === 'network' && one.mode.startsWith(OWN)) return [{ ...one, mode: 'default' }]
    if (one.kind === 'network' && one.mode.startsWith(`container:${OWN}`)) return []
    if (one.kind === 'namespace' && one.of.startsWith(`container:${OWN}`)) return []
    return [one]
  })

async function permissionsOfLaunch(
  host: Pick<Host, 'env' | 'home'>,
  project: Project,
  file: string,
  made: ServiceSources,
  { templates, initialize }: Settled,
  spec: ContainerSpec,
  agent: string | undefined,
): Promise<Permission[]> {
  return [
    ...permissionsOfService(made, templates, initialize, file, host.env),
    ...(await permissionsOfRequest(spec, {
      ...{ project, host, file },
      agent: agent === undefined ? undefined : agentMount(agent),
    })),
  ]
}

/** A service on this computer: what is run, and what that was before its templates were replaced. */
interface Settled extends ResolvedRun {
  templates: RunConfig
  ownMounts: Launch['ownMounts']
  /** `initializeCommand` as it would be run, but for the values of the person's environment, which may be secret. */
  initialize: Hook | undefined
}

function settleService(
  { env }: Pick<Host, 'env'>,
  project: Project,
  file: string,
  planned: { name: string; run: RunConfig } | PlanService,
  image: LaunchImage,
): Settled {
  const merged = mergeImageMetadata(planned.run, image.Config.Labels?.[METADATA_LABEL], imageIn(planned))
  if (isBare(planned.run)) merged.run.overrideCommand = !runsByItself(image)
  const variables = localVariables(project, file, env)
  const { localEnv: _, ...plain } = variables
  const run = resolveRun(merged.run, variables)
  const ports = planned.run.publishExposed ? exposedPorts(image) : []
  return {
    run: { ...run, ports: [...run.ports, ...ports] },
    hooks: resolvePart(merged.hooks, run, variables),
    templates: merged.run,
    ownMounts: resolveRun({ ...merged.run, mounts: planned.run.mounts }, variables).mounts.map(
      ({ target }) => target,
    ),
    initialize: resolvePart(merged.run.initializeCommand, run, plain),
  }
}

/** What of an image decides how it is run; empty for one that is not there yet. */
interface LaunchImage extends RequestImage {
  Config: RequestImage['Config'] & Partial<Pick<ImageDetails['Config'], 'Labels' | 'ExposedPorts'>>
}

/** What a service's image is called: as the definition does, or by what it was built from. */
function imageIn(planned: { name: string } | PlanService): string {
  if (!('dockerfile' in planned)) return `the image of ${planned.name}`
  const [, plain] = /^FROM (\S+)\n$/.exec(planned.dockerfile) ?? []
  return plain ?? `the image that is built from ${Object.keys(planned.images).join(', ') || 'scratch'}`
}

const wantedPorts = (run: RunConfig): PortChoice[] =>
  run.ports.map((request) => ({ request, host: request.host }))

/** Whether the run command is unspecified: only a bare Dockerfile publishes the ports that its image exposes. */
const isBare = ({ publishExposed, unset }: RunConfig): boolean =>
  publishExposed && (unset ?? []).includes('overrideCommand')

/** Interactive programs, which end at once without a terminal. */
const INTERACTIVE =
  /^(?:\/\S*\/)?(?:ba|da|a|z|fi|k)?sh$|^(?:node|python[\d.]*|irb|jshell|iex|erl|ghci|php|perl|lua|R|julia|deno|bun)$/

/** Whether an image has a program that goes on without a person: a server, not a shell. */
function runsByItself({ Config }: RequestImage): boolean {
  const command = [...(Config.Cmd ?? [])]
  if (command.length === 0) return (Config.Entrypoint?.length ?? 0) > 0
  return command.some((word, at) => !(at === 0 ? INTERACTIVE.test(word) : /^-[ail]+$/.test(word)))
}

function exposedPorts(image: LaunchImage) {
  return Object.keys(image.Config.ExposedPorts ?? {}).map((key) => {
    const [port, protocol] = key.split('/')
    const container = Number(port)
    return {
      container,
      host: container,
      protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      fixed: false,
    }
  })
}

/** As whom commands run in a container of a launch; undefined for the engine's own choice, root. */
export const commandUser = ({ run, parts }: Launch): string | undefined =>
  run.remoteUser ?? run.containerUser ?? (parts.image.Config.User || undefined)

/**
 * How commands run in a container of a launch: the remote user, the workspace, and the remote environment. The
 * variables of the user's shell are cached for this container in the folder `memory`, if one is given.
 */
export async function execContext(
  engine: Engine,
  memory: string | undefined,
  launch: Launch,
  container: string,
): Promise<ExecContext> {
  const { run } = launch
  const details = await inspectContainer(engine, container)
  // A container that bakes has no variables of the definition's own.
  const containerEnv = { ...envRecord(details?.Config.Env), ...run.containerEnv }
  const user = commandUser(launch)
  const { env: probed, problem } = await probeUserEnv(
    engine,
    memory,
    { id: container, startedAt: details?.State.StartedAt ?? '', env: containerEnv },
    user,
    run.userEnvProbe,
  )
  const env = { ...probed, ...resolveRemoteEnv(run.remoteEnv, containerEnv) }
  return { user, cwd: run.workspaceFolder, env, ...(problem !== undefined && { probeProblem: problem }) }
}
