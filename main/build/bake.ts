import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { pack } from 'tar-stream'
import { clean } from '../../shared/clean.ts'
import type { HookName, RunConfig } from '../../shared/definition.ts'
import { listed } from '../../shared/errors/wording.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { createLaunched } from '../container/create.ts'
import { hookFailure } from '../container/hook-failure.ts'
import { runHook } from '../container/hooks.ts'
import { IDLE_ENTRYPOINT, idleFailure } from '../container/idle.ts'
import { execContext, type Launch } from '../container/launch.ts'
import { createRequest, sharesNetwork } from '../container/request.ts'
import { makeVolumePlaces } from '../container/volume-places.ts'
import { warnWithoutRoot } from '../container/without-root.ts'
import { type Content, contentLabel, isEmpty } from '../data/content.ts'
import { isBelow, workspaceOf } from '../data/workspace-place.ts'
import { CONTENT_HOOKS, contentHooks } from '../definition/devcontainer/content-hooks.ts'
import { KNOWN_LOCKFILES } from '../definition/devcontainer/lockfiles.ts'
import { commitContainer, type ImageConfig } from '../docker/build/commit.ts'
import { reasonOf } from '../docker/connection/call.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { engineVersion } from '../docker/connection/version.ts'
import { createContainer, removeContainer, startContainer, stopContainer } from '../docker/containers.ts'
import { copyFrom, copyInto } from '../docker/copy.ts'
import { execOutput } from '../docker/exec/exec.ts'
import type { ImageDetails } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { globMatches, globTokens } from '../files/glob.ts'
import type { OlderInput } from '../plan/older-inputs.ts'
import { type Captured, capture } from './capture.ts'
import { type Owner, ownerOf } from './owner.ts'
import { type View, viewsOf } from './view.ts'
import { type Replaced, rootTar, viewTar } from './view-tar.ts'

/** What of the workspace hooks are to see otherwise than the folder has it today. */
export interface Baking {
  older: OlderInput[]
  /** What lies in the folder for the version that runs: see `viewsOf`. */
  put: string[]
  /** The environment of programs on this computer. */
  env: Readonly<Record<string, string | undefined>>
  /** Called when the copy was made in which they work; may refuse it. */
  copied: () => Promise<void>
}

/**
 * Runs the hooks that create content in a throw-away container of a built image, without the project's data and on a copy
 * of the workspace, and commits the result; what they made in the copy becomes the image's, too. The image keeps the
 * configuration it had. Returns the baked image's id.
 * Errors: `hook-failed`, `hook-interrupted`, `container-not-started`, `input-unreadable`, `cancelled`, those of `copied`.
 */
export function bake(engine: Engine, launch: Launch, baking: Baking, run: Run): Promise<string> {
  return withHooks(engine, launch, baking, run, async (container) => {
    const empty = contentLabel({ root: '', folders: [], files: {}, count: 0 })
    return commitContainer(engine, container, keptConfig(launch.parts.image.Config, empty), run)
  })
}

/**
 * Adds to an image, whose hooks were baked for another place or by an older Pristine, what its content hooks make in
 * this workspace, and nothing else that they do. Returns the new image's id. Errors: as `bake`.
 */
export function addContent(
  engine: Engine,
  launch: Launch,
  { put, env }: Pick<Baking, 'put' | 'env'>,
  run: Run,
): Promise<string> {
  const baking = { older: [], put, env, copied: async () => {} }
  return withHooks(engine, launch, baking, run, async () => launch.parts.image.Id)
}

/** `imageOf` gives the image to which the content is added, of the container in which the hooks have run. */
async function withHooks(
  engine: Engine,
  launch: Launch,
  { older, put, env, copied }: Baking,
  run: Run,
  imageOf: (container: string) => Promise<string>,
): Promise<string> {
  const { image, project } = launch.parts
  const wanted = createRequest({ ...launch.parts, content: undefined }, [])
  const all = wanted.HostConfig?.Mounts ?? []
  const volumes = all.flatMap((mount) => (mount.Type === 'volume' ? [mount.Target] : []))
  const { views, mounts } = await viewsOf(
    project,
    all.filter((mount) => mount.Type !== 'volume'),
    put,
    env,
  )
  const spec = {
    Image: image.Id,
    Entrypoint: IDLE_ENTRYPOINT,
    Cmd: [],
    Labels: { [LABEL.project]: project.key, [LABEL.role]: 'bake' },
    ...hostname(launch.run),
    HostConfig: { ...wanted.HostConfig, Init: true, ReadonlyRootfs: false, Tmpfs: {}, Mounts: mounts },
  }
  const name = `pristine-${project.key}-bake-${randomBytes(3).toString('hex')}`
  try {
    const id = await createLaunched(engine, launch, name, spec, run)
    const targets = all.map(({ Target }) => Target)
    const before = await copyViews(engine, launch, id, views, { older, targets }, run)
    await copied()
    await startContainer(engine, id, run).catch((error: unknown) => {
      throw productError(
        'container-not-started',
        { service: launch.service, problem: reasonOf(error) },
        { cause: error },
      )
    })
    await ownViews(engine, launch, id, views, run)
    await makeVolumePlaces(engine, launch, id, run)
    // Not remembered: the hooks may change what the user's shell says.
    const context = await execContext(engine, undefined, launch, id)
    // The container's own variables are given with each command: set on the container, they would become the image's.
    const env = { ...launch.run.containerEnv, ...context.env }
    for (const hook of CONTENT_HOOKS) {
      await runHook(engine, id, hook, launch.hooks[hook] ?? [], { ...context, env }, run).catch(
        async (error: unknown) => {
          await warnWithoutRoot(engine, launch, id, run).catch(() => {})
          const failure = await hookFailure(engine, launch, id, hook, error, run)
          throw interruption(hook, await idleFailure(engine, { id, service: launch.service }, failure))
        },
      )
    }
    const step = { kind: 'step', id: 'bake', name: 'Keep the baked image', phase: 'bake' } as const
    run.report({ ...step, state: 'running' })
    await stopContainer(engine, id, run)
    const workspace = await workspaceOf(project, launch.run)
    const view = views.find(({ target }) => target === workspace?.target)
    const baked = await imageOf(id)
    const whole =
      view === undefined
        ? baked
        : await keepContent(
            engine,
            launch,
            { container: id, image: baked },
            { root: view.target, copied: before.get(view) ?? new Map(), volumes, targets },
            run,
          )
    run.report({ ...step, state: 'done' })
    await removeContainer(engine, name)
    return whole
  } catch (error) {
    const failure = await idleFailure(engine, { id: name, service: launch.service }, error)
    // What went wrong first is what is told.
    await removeContainer(engine, name).catch(() => {})
    throw failure
  }
}

/** What ends the container that only runs hooks comes from outside, or is their own doing; it is no program that failed. */
function interruption(hook: HookName, error: unknown): unknown {
  const problem = isProductError(error, 'container-exited')
    ? `it ended with exit code ${error.data['code']}`
    : isProductError(error, 'container-not-started')
      ? error.why
      : undefined
  return problem === undefined ? error : productError('hook-interrupted', { hook, problem }, { cause: error })
}

/** As whom the hooks run. */
function ownerIn(
  engine: Engine,
  { run: config, parts }: Launch,
  container: string,
  run: Run,
): Promise<Owner> {
  const user = config.remoteUser ?? config.containerUser ?? parts.image.Config.User
  return ownerOf(engine, container, user, run)
}

/** Podman leaves a volume's own folder to root, whatever is unpacked there. */
async function ownViews(
  engine: Engine,
  launch: Launch,
  container: string,
  views: View[],
  run: Run,
): Promise<void> {
  if (views.length === 0 || (await engineVersion(engine)).name !== 'Podman') return
  const { uid, gid } = await ownerIn(engine, launch, container, run)
  const command = ['chown', `${uid}:${gid}`, ...views.map(({ target }) => target)]
  await execOutput(engine, container, { command, user: '0', cwd: '/' }, run.signal)
}

/** Fills the views of a container, and returns what each holds, as `viewTar` says it. */
async function copyViews(
  engine: Engine,
  launch: Launch,
  container: string,
  views: View[],
  { older, targets }: { older: OlderInput[]; targets: string[] },
  run: Run,
): Promise<Map<View, Map<string, string>>> {
  const { parts } = launch
  const owner = await ownerIn(engine, launch, container, run)
  const step = { kind: 'step', id: 'view', name: 'Copy the workspace for the hooks', phase: 'bake' } as const
  run.report({ ...step, state: 'running' })
  const all = new Map<View, Map<string, string>>()
  try {
    for (const view of views) {
      const copied = new Map<string, string>()
      all.set(view, copied)
      const extra = targets
        .filter((at) => at !== view.target && isBelow(at, view.target))
        .map((at) => path.posix.relative(view.target, at))
      const replaced: Replaced = new Map(
        older.map((input) => [
          path.relative(view.source, path.join(parts.project.path, input.path)).split(path.sep).join('/'),
          input,
        ]),
      )
      // The folder itself is of the tar of the folder above: to the engine it is nobody's own.
      const root = rootTar(path.posix.basename(view.target), owner)
      await copyInto(engine, container, path.posix.dirname(view.target), root, run)
      await copyInto(engine, container, view.target, viewTar(view, owner, { replaced, extra }, copied), run)
    }
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw error
  }
  run.report({ ...step, state: 'done' })
  return all
}

/** Takes what hooks made in a view into a layer of its own on top of an image. Returns the new image's id, or the image's. */
async function keepContent(
  engine: Engine,
  launch: Launch,
  from: { container: string; image: string },
  view: { root: string; copied: Map<string, string>; volumes: string[]; targets: string[] },
  run: Run,
): Promise<string> {
  const { image, project } = launch.parts
  const inside = (at: string) => path.posix.relative(view.root, at)
  const below = view.targets.filter((at) => at !== view.root && isBelow(at, view.root))
  const mounted = below.filter((at) => !view.volumes.includes(at)).map(inside)
  // What is made where a volume will be is the first content of that volume.
  for (const at of below) if (view.volumes.includes(at)) view.copied.delete(inside(at))
  const name = `pristine-${project.key}-bake-${randomBytes(3).toString('hex')}`
  const spec = {
    Image: from.image,
    // Never run: the engine makes no container without a command.
    Entrypoint: ['/'],
    Cmd: [],
    Labels: { [LABEL.project]: project.key, [LABEL.role]: 'bake' },
    HostConfig: { NetworkMode: 'none' },
  }
  try {
    const holder = await createContainer(engine, name, spec, run)
    const tar = await copyFrom(engine, from.container, view.root, run)
    const into = pack()
    const capturing = capture(tar, into, view.root.slice(1), {
      copied: view.copied,
      mounted,
      isInput: isLockfile,
      owner:
        (await engineVersion(engine)).name === 'Podman'
          ? await ownerIn(engine, launch, holder, run)
          : undefined,
    })
    const sending = copyInto(engine, holder, '/', into, run)
    // Either end is the other's.
    capturing.catch((error: Error) => into.destroy(error))
    sending.catch((error: Error) => {
      into.destroy(error)
      tar.destroy(error)
    })
    const [found] = await Promise.all([capturing, sending])
    tell(launch, found, run)
    const { folders, files, count } = found
    const content: Content = { root: view.root, folders, files, count }
    const isWhole = isEmpty(content) && from.image !== image.Id
    const kept = isWhole
      ? from.image
      : await commitContainer(engine, holder, keptConfig(image.Config, contentLabel(content)), run)
    await removeContainer(engine, name)
    return kept
  } catch (error) {
    await removeContainer(engine, name).catch(() => {})
    throw error
  }
}

const LOCKFILES = KNOWN_LOCKFILES.map((glob) => globTokens(glob, false) ?? [])
const isLockfile = (at: string): boolean => {
  const name = path.posix.basename(at)
  return LOCKFILES.some((tokens) => globMatches(tokens, name))
}

function tell({ hooks }: Launch, { changed, removed, inputs, lost }: Captured, run: Run): void {
  const who = contentHooks(hooks).join(' or ')
  const warn = (names: string[], text: (names: string) => string) => {
    if (names.length > 0) run.report({ kind: 'warning', text: text(clean(listed(names))) })
  }
  warn(
    changed,
    (names) => `${who} changed ${names} in its copy of the workspace. The folder itself stays as it is.`,
  )
  warn(
    removed,
    (names) =>
      `${who} removed ${names} in its copy of the workspace. The folder itself, and so the environment, stays as it is.`,
  )
  warn(
    inputs,
    (names) =>
      `${who} made ${names}, which would be part of the version: it is not put into the folder. Make it yourself and commit it.`,
  )
  warn(lost, (names) => `Of what ${who} made, ${names} could not be kept.`)
}

/** The engine's own choice would be another name each time, and a hook can see it. */
function hostname(run: RunConfig): { Hostname?: string } {
  if (run.options.hostname !== undefined) return { Hostname: run.options.hostname }
  return run.options.uts !== undefined || sharesNetwork(run) ? {} : { Hostname: 'pristine' }
}

/**
 * The image's configuration for the commit. The engine fills an absent command from the container, so an entry point
 * is always given, empty or not.
 */
function keptConfig(config: ImageDetails['Config'], content: string): ImageConfig {
  return {
    ...config,
    Entrypoint: config.Entrypoint ?? [],
    Labels: { ...config.Labels, [LABEL.role]: 'version', [LABEL.project]: '', [LABEL.content]: content },
  }
}
