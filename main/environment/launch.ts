import type { VersionId } from '../../shared/ids.ts'
import type { PlanService } from '../../shared/plan.ts'
import { mergeImageMetadata } from '../definition/image-metadata.ts'
import { localVariables } from '../definition/local-variables.ts'
import { assertMountLinksTrusted, assertMountsTrusted } from '../definition/mount-trust.ts'
import { resolvePart, resolveRemoteEnv, resolveRun } from '../definition/resolve-run.ts'
import type { Engine } from '../docker/connect.ts'
import { inspectContainer } from '../docker/containers.ts'
import type { ImageDetails } from '../docker/images.ts'
import type { Project } from '../project/open.ts'
import { type ExecContext, envRecord, type ResolvedRun } from './exec-context.ts'
import { type ContainerParts, requestHashes } from './request.ts'
import { userEnv } from './user-env.ts'

/** Everything that is needed to start one service of a version on this computer. */
export interface Launch extends ResolvedRun {
  service: string
  parts: ContainerParts
  /** The hashes of the create request's parts, to compare with a running container's. */
  request: Record<string, string>
}

const METADATA_LABEL = 'devcontainer.metadata'

/**
 * Brings a planned service together with its image and this computer.
 * Errors: `not-trusted`, `definition-invalid`.
 */
export async function prepareLaunch(
  project: Project,
  version: VersionId,
  file: string,
  planned: PlanService,
  image: ImageDetails,
  env: Record<string, string | undefined>,
): Promise<Launch> {
  const merged = mergeImageMetadata(planned.run, image.Config.Labels?.[METADATA_LABEL], planned.name)
  const variables = localVariables(project, file, env)
  const run = resolveRun(merged.run, variables)
  const roots = project.gitRoot === undefined ? [project.path] : [project.path, project.gitRoot]
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  assertMountsTrusted(mounts, roots, file)
  await assertMountLinksTrusted(mounts, roots, file)
  const ports = planned.run.publishExposed ? exposedPorts(image) : []
  const parts: ContainerParts = {
    project,
    version,
    service: planned.name,
    image,
    run: { ...run, ports: [...run.ports, ...ports] },
  }
  return {
    service: planned.name,
    run: parts.run,
    hooks: resolvePart(merged.hooks, run, variables),
    parts,
    request: requestHashes(parts),
  }
}

function exposedPorts(image: ImageDetails) {
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

/**
 * How commands run in a container of a launch: the remote user, the workspace, and the remote environment. What the
 * user's shell says is remembered for this container in the folder `memory`, if one is given.
 */
export async function execContext(
  engine: Engine,
  memory: string | undefined,
  launch: Launch,
  container: string,
): Promise<ExecContext> {
  const { run, parts } = launch
  const details = await inspectContainer(engine, container)
  // A container that bakes has no variables of the definition's own.
  const containerEnv = { ...envRecord(details?.Config.Env), ...run.containerEnv }
  const user = run.remoteUser ?? run.containerUser ?? (parts.image.Config.User || undefined)
  const probed = await userEnv(
    engine,
    memory,
    { id: container, startedAt: details?.State.StartedAt ?? '', env: containerEnv },
    user,
    run.userEnvProbe,
  )
  const env = { ...probed, ...resolveRemoteEnv(run.remoteEnv, containerEnv) }
  return { user, cwd: run.workspaceFolder, env }
}
