import type { VersionId } from '../../shared/ids.ts'
import type { PlanService } from '../../shared/plan.ts'
import { METADATA_LABEL, mergeImageMetadata } from '../definition/image-metadata.ts'
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
  if (isBare(planned.run)) merged.run.overrideCommand = !runsByItself(image)
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

/** Whether nobody said what is to run: only a bare Dockerfile publishes what its image exposes. */
const isBare = ({ publishExposed, unset }: PlanService['run']): boolean =>
  publishExposed && (unset ?? []).includes('overrideCommand')

/** Programs that wait for somebody to type, and end at once where nobody can. */
const INTERACTIVE =
  /^(?:\/\S*\/)?(?:ba|da|a|z|fi|k)?sh$|^(?:node|python[\d.]*|irb|jshell|iex|erl|ghci|php|perl|lua|R|julia|deno|bun)$/

/** Whether an image has a program that goes on without a person: a server, not a shell. */
function runsByItself({ Config }: ImageDetails): boolean {
  const command = [...(Config.Cmd ?? [])]
  if (command.length === 0) return (Config.Entrypoint?.length ?? 0) > 0
  return command.some((word, at) => !(at === 0 ? INTERACTIVE.test(word) : /^-[ail]+$/.test(word)))
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
