import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { HookName, RunConfig } from '../../../shared/definition.ts'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { memoryOf } from '../../container/launch/base-create-request.ts'
import { createLaunchContainer, startLaunchContainer } from '../../container/launch/create-container.ts'
import { createRequest, sharesNetwork } from '../../container/launch/create-request.ts'
import { IDLE_ENTRYPOINT, idleFailure } from '../../container/launch/idle-entrypoint.ts'
import { execContext, type Launch } from '../../container/launch/prepare-launch.ts'
import { assertUsers } from '../../container/start/assert-users.ts'
import { hookFailure } from '../../container/start/hook-failure.ts'
import { makeVolumeFolders } from '../../container/start/make-volume-folders.ts'
import { warnRootless } from '../../container/start/rootless-warning.ts'
import { runHook } from '../../container/start/run-hooks.ts'
import { contentList, NO_CONTENT } from '../../data/baked-content.ts'
import { workspaceMountOf } from '../../data/workspace-mount.ts'
import { CONTENT_HOOKS } from '../../definition/devcontainer/content-hooks.ts'
import { commitContainer } from '../../docker/build/commit-container.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { removeContainer, stopContainer } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { gitRootOf } from '../../files/project-paths.ts'
import { openWorkingTree } from '../../git/working-tree.ts'
import type { HistoricInput } from '../../plan/historic-inputs.ts'
import type { Home } from '../../store/home.ts'
import type { Project } from '../../store/open-project.ts'
import { commitContent, committedConfig } from './commit-content.ts'
import { chownWorkspaceCopies, fillWorkspaceCopies } from './fill-workspace-copies.ts'
import { workspaceCopies } from './workspace-copy.ts'

/** How the workspace that hooks see differs from the project's folder today. */
export interface Baking {
  /** Where the list of what they make is kept. */
  home: Home
  historic: HistoricInput[]
  /** What lies in the folder for the version that runs: see `workspaceCopies`. */
  placed: string[]
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
    const config = committedConfig(launch.parts.image.Config, contentList(NO_CONTENT))
    return commitContainer(engine, container, config, run)
  })
}

/**
 * Adds to an image, whose hooks were baked for another place or by an older Pristine, what its content hooks make in
 * this workspace, and nothing else that they do. Returns the new image's id. Errors: as `bake`.
 */
export function addContent(
  engine: Engine,
  launch: Launch,
  baking: Omit<Baking, 'copied'>,
  run: Run,
): Promise<string> {
  return withHooks(
    engine,
    launch,
    { ...baking, copied: async () => {} },
    run,
    async () => launch.parts.image.Id,
  )
}

/** `imageOf` gives the image to which the content is added, of the container in which the hooks have run. */
async function withHooks(
  engine: Engine,
  launch: Launch,
  { home, historic, placed, env: hostEnv, copied }: Baking,
  run: Run,
  imageOf: (container: string) => Promise<string>,
): Promise<string> {
  const { image, project } = launch.parts
  // Without the networks of a set, which is not there, and without the files that only its container gets.
  const { run: plain } = launch
  const wanted = createRequest({ ...launch.parts, run: plain, content: undefined, composed: undefined }, [])
  const all = wanted.HostConfig?.Mounts ?? []
  const volumes = all.flatMap((mount) => (mount.Type === 'volume' ? [mount.Target] : []))
  const { copies, mounts } = await workspaceCopies(
    project,
    all.filter((mount) => mount.Type !== 'volume'),
    placed,
    hostEnv,
    run,
  )
  const spec = {
    Image: image.Id,
    Entrypoint: IDLE_ENTRYPOINT,
    Cmd: [],
    Labels: { [LABEL.project]: project.key, [LABEL.role]: 'bake' },
    ...hostname(launch.run),
    HostConfig: {
      ...wanted.HostConfig,
      Init: true,
      ReadonlyRootfs: false,
      Tmpfs: memoryOf(launch.run),
      Mounts: mounts,
    },
  }
  const name = `pristine-${project.key}-bake-${randomBytes(3).toString('hex')}`
  try {
    const id = await createLaunchContainer(engine, launch, name, spec, run)
    await assertUsers(engine, launch, id, 'bake', run)
    const targets = all.map(({ Target }) => Target)
    const before = await fillWorkspaceCopies(engine, launch, id, copies, { historic, targets }, run)
    await copied()
    await startLaunchContainer(engine, launch, id, run)
    await chownWorkspaceCopies(engine, launch, id, copies, run)
    await makeVolumeFolders(engine, launch, id, run)
    // Not cached: the hooks may change what the user's shell sets.
    const context = await execContext(engine, undefined, launch, id, run)
    // The container's own variables are given with each command: set on the container, they would become the image's.
    const env = { ...launch.run.containerEnv, ...context.env }
    for (const hook of CONTENT_HOOKS) {
      const commands = launch.hooks[hook] ?? []
      await runHook(engine, id, hook, commands, { ...context, env }, run).catch(async (error: unknown) => {
        await warnRootless(engine, launch, id, run).catch(() => {})
        const failure = await hookFailure(engine, launch, id, { name: hook, commands }, error, run)
        throw interruption(hook, await idleFailure(engine, { id, service: launch.service }, failure))
      })
    }
    const step = { kind: 'step', id: 'bake', name: 'Keep the baked image', phase: 'bake' } as const
    run.report({ ...step, state: 'running' })
    await stopContainer(engine, id, run)
    const workspace = await workspaceMountOf(project, launch.run)
    const copy = copies.find(({ target }) => target === workspace?.target)
    const modules = copy === undefined ? [] : await emptyModules(project, copy.source, hostEnv)
    const baked = await imageOf(id)
    const whole =
      copy === undefined
        ? baked
        : await commitContent(
            engine,
            home,
            launch,
            { container: id, image: baked },
            { root: copy.target, copied: before.get(copy) ?? new Map(), modules, volumes, targets },
            run,
          )
    run.report({ ...step, state: 'done' })
    await removeContainer(engine, name)
    return whole
  } catch (error) {
    const failure = await idleFailure(engine, { id: name, service: launch.service }, error)
    // The first failure is the one reported.
    await removeContainer(engine, name).catch(() => {})
    throw failure
  }
}

/** The submodules below a folder of a project that are not initialised, from that folder. */
async function emptyModules(project: Project, folder: string, env: Baking['env']): Promise<string[]> {
  const root = gitRootOf(project)
  const tree = await openWorkingTree(root, env)
  if (typeof tree === 'string') return []
  const modules = [...tree.uninitialised()].map((module) =>
    path.relative(folder, path.join(root, module)).replaceAll(path.sep, '/'),
  )
  return modules.filter((module) => !module.startsWith('../'))
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

/** The engine's own choice would be another name each time, and a hook can see it. */
function hostname(run: RunConfig): { Hostname?: string } {
  if (run.options.hostname !== undefined) return { Hostname: run.options.hostname }
  return run.options.uts !== undefined || sharesNetwork(run) ? {} : { Hostname: 'pristine' }
}
