import { hash } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { Hook } from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { Sha256, VersionId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import type { PlanService } from '../../../shared/plan.ts'
import type { Permission } from '../../../shared/trust.ts'
import { type Content, fits } from '../../data/baked-content.ts'
import { keepRemote } from '../../data/data-remote.ts'
import { makeMountPoints } from '../../data/mount-points.ts'
import { withoutLayers } from '../../data/volume-layers/resolve-mounts.ts'
import { workspaceMountOf } from '../../data/workspace-mount.ts'
import { hasContentHooks } from '../../definition/devcontainer/content-hooks.ts'
import { localVariables } from '../../definition/devcontainer/document/local-variables.ts'
import type { MetadataEntry } from '../../definition/devcontainer/document/schema.ts'
import { resolveRemoteEnv } from '../../definition/devcontainer/resolve-run.ts'
import { toolMetadata } from '../../definition/devcontainer/tool-metadata.ts'
import { readToolSettings, type ToolSettings } from '../../definition/devcontainer/tool-settings.ts'
import { METADATA_LABEL } from '../../definition/dockerfile/metadata-label.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import type { VersionFiles } from '../../definition/version-files.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ContainerSpec, inspectContainer } from '../../docker/containers.ts'
import type { ImageDetails } from '../../docker/images.ts'
import type { Host } from '../../host/host.ts'
import { type ForwardedEnv, forwardPersonal } from '../../personal/forward-personal.ts'
import { homeKey } from '../../store/home-key.ts'
import type { Project } from '../../store/open-project.ts'
import { keepExposed } from '../../trust/container-writable-folders.ts'
import { keepRoot, permissionsOfRoot } from '../../trust/git-root.ts'
import { requireTrust, type TrustContext } from '../../trust/require-trust.ts'
import { sourcesOfPlan } from '../../trust/service-permissions.ts'
import { rememberRefusal } from '../../trust/trust-record.ts'
import { madeSources } from './bind-sources.ts'
import type { SetNames } from './compose-create-request.ts'
import { createRequest } from './create-request.ts'
import type { CreateRequestParts } from './create-request-parts.ts'
import { readEnvFiles } from './env-files.ts'
import { type ExecContext, envRecord, type ResolvedRun } from './exec-context.ts'
import { OWN_NAMES, permissionsOfLaunch, permissionsWithoutImage } from './launch-permissions.ts'
import { type Asking, probeUserEnv } from './probe-user-env.ts'
import { requestHashes } from './request-hashes.ts'
import { imageIn, resolveService, wantedPorts } from './resolve-service.ts'
import { hasStackFiles, stackFileHashes } from './secret-and-config-files.ts'
import { withRequestedPorts } from './with-requested-ports.ts'

/** Everything that is needed to start one service of a version on this computer. */
export interface Launch extends ResolvedRun {
  service: string
  parts: CreateRequestParts
  /** Where in the container the definition itself mounts something, not its image or its features. */
  ownMounts: string[]
  /** Whether the image has what its content hooks make in this project's workspace. */
  isWhole: boolean
  /** What fills its volumes where they have no data yet, and the hash of what that does. */
  seed?: { command: Hook; sha256: Sha256 }
  /** The hashes of the create request's parts, to compare with a running container's. */
  request: Record<string, string>
  /** The other services of its version, by name. Only the first has any, where Compose files define it. */
  others: readonly Launch[]
  /**
   * Refuses a create request that reaches beyond what is granted at the moment, or that lacks variables of a file.
   * `names`: of what it shares with the other services of its set; `layers`: the volumes that its data consists of, of which
   * those that a fork shares are another project's.
   * Errors: `not-trusted`, `env-file-unusable`.
   */
  assertGranted(spec: ContainerSpec, names?: SetNames, layers?: ReadonlySet<string>): Promise<void>
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
 * `layered`: whether the person's own layer is part of it. `composed`: what Compose files say of it. `files`: the version's,
 * where it may be an earlier one.
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
    composed,
    files: older,
  }: {
    made?: Content | undefined
    agent?: string | undefined
    layered?: boolean
    composed?: ComposedService | undefined
    files?: VersionFiles
  } = {},
): Promise<Launch> {
  const settled = resolveService(host, project, file, planned, image, composed)
  const { run, hooks, ownMounts, secretVariables } = settled
  const isWhole = !hasContentHooks(hooks) || fits(made, (await workspaceMountOf(project, run))?.target)
  // Of an image without content hooks it is its base's.
  const content = isWhole && hasContentHooks(hooks) ? made : undefined
  const { env, failure } = await readEnvFiles(project, run.options.envFiles ?? [], older).then(
    (found) => ({ env: found, failure: undefined }),
    (error: unknown) => ({ env: {}, failure: error }),
  )
  // Only the environment's container has them: what hooks make of them must not come into an image.
  const created = { ...settled.created, containerEnv: { ...env, ...settled.created.containerEnv } }
  const files =
    composed && hasStackFiles(composed) ? stackFileHashes(composed, await homeKey(host.home)) : undefined
  const parts: CreateRequestParts = {
    ...{ project, version, service: planned.name, image },
    ...{ run: created, agent, content, composed, files },
  }
  const sources = sourcesOfPlan(planned)
  const requireGrants = async (
    spec: ContainerSpec,
    names: SetNames,
    ofRoot: Permission[] = [],
  ): Promise<Permission[]> => {
    const judged = { file, made: sources, settled, composed, agent }
    const capabilities = [...(await permissionsOfLaunch(host, project, judged, spec, names)), ...ofRoot]
    const merged = layered && (await permissionsWithoutImage(host, project, file, sources, planned, composed))
    await requireTrust(host, project, capabilities, merged ? { layer: { merged } } : {}).catch(
      async (error: unknown) => {
        // Only recorded for the next person who reviews the permissions; the refusal is what to report.
        if (isProductError(error, 'not-trusted'))
          await rememberRefusal(host, project.key, { version, capabilities }).catch(() => {})
        throw error
      },
    )
    return capabilities
  }
  await requireGrants(createRequest(parts, wantedPorts(run), OWN_NAMES), OWN_NAMES)
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
    localEnv: host.env,
    secretVariables,
    parts,
    others: [],
    ownMounts,
    isWhole,
    ...(run.seed !== undefined && { seed: { command: run.seed, sha256: seedHash(planned) } }),
    request: requestHashes(parts),
    assertGranted: async (spec, names = OWN_NAMES, layers = new Set()) => {
      // Commands in a container that exists already need no file.
      if (failure !== undefined) throw failure
      const granted = await requireGrants(
        withRequestedPorts(withoutLayers(spec, layers), createRequest(parts, wantedPorts(run), names)),
        names,
        await permissionsOfRoot(host.home, project),
      )
      await keepRoot(host.home, project)
      await keepExposed(host.home, spec)
      if (granted.some(usesData)) await keepRemote({ home: host.home, project })
    },
    makeMountPoints: async () => {
      const mounts = createRequest(parts, []).HostConfig?.Mounts ?? []
      await makeMountPoints(host.home, project, mounts, madeSources(composed, mounts))
    },
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

const usesData = (one: Permission): boolean =>
  one.kind === 'own-volume' || (one.kind === 'volume' && one.of !== undefined)

/** As planned; what its services are set to is added in `seedOf`. */
const seedHash = ({ run, seedInputs = '' }: PlanService): Sha256 =>
  hash('sha256', canonical({ seed: run.seed, inputs: seedInputs }))

/** As whom commands run in a container of a launch; undefined for the engine's own choice, root. */
export const commandUser = ({ run, parts }: Launch): string | undefined =>
  run.remoteUser ?? run.containerUser ?? (parts.image.Config.User || undefined)

/**
 * How commands run in a container of a launch: the remote user, the workspace, and the remote environment. The
 * variables of the user's shell are cached for this container in the folder `memory`, if one is given. A warning explains why
 * they are unknown. `run`: how the shell is asked, and to what the warning is reported.
 * Errors: `engine-refused`, `engine-unreachable`, `cancelled`.
 */
export async function execContext(
  engine: Engine,
  memory: string | undefined,
  launch: Launch,
  container: string,
  { report, ...asking }: Asking & Pick<Run, 'report'>,
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
    asking,
  )
  if (problem !== undefined) {
    const text = `Commands run without what the start-up files of the user's shell set: ${problem}. Correct these files, or set "userEnvProbe" to "none".`
    report({ kind: 'warning', text })
  }
  const env = { ...probed, ...resolveRemoteEnv(run.remoteEnv, containerEnv) }
  return {
    user,
    cwd: run.workspaceFolder,
    env,
    localEnv: launch.localEnv,
    secretVariables: launch.secretVariables,
  }
}
