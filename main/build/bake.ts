import { randomBytes } from 'node:crypto'
import type { HookName, Hooks, RunConfig } from '../../shared/definition.ts'
import { productError } from '../../shared/errors.ts'
import type { Run, StepEvent } from '../../shared/operation.ts'
import { reasonOf } from '../docker/call.ts'
import { commitContainer, type ImageConfig } from '../docker/commit.ts'
import type { Engine } from '../docker/connect.ts'
import { type MountSettings, removeContainer, startContainer } from '../docker/containers.ts'
import { execOutput } from '../docker/exec.ts'
import type { ImageDetails } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { createLaunched } from '../environment/create.ts'
import { runHook } from '../environment/hooks.ts'
import { execContext, type Launch } from '../environment/launch.ts'
import { createRequest, sharesNetwork } from '../environment/request.ts'
import { warnWithoutRoot } from '../environment/without-root.ts'

/** The hooks that create content, and so belong into the image. */
export const CONTENT_HOOKS: HookName[] = ['onCreateCommand', 'updateContentCommand']

export const isContentHook = (hook: HookName): boolean => CONTENT_HOOKS.includes(hook)

/** The hooks that are to be baked, of a definition's hooks or of those that a launch brings together. */
export const contentHooks = (hooks: Hooks | Launch['hooks']): HookName[] =>
  CONTENT_HOOKS.filter((hook) => Object.keys(hooks[hook] ?? {}).length > 0)

export const hasContentHooks = (hooks: Hooks | Launch['hooks']): boolean => contentHooks(hooks).length > 0

/** The hook that a step of a build bakes; undefined when it is none. */
export const bakedHook = ({ phase, subject }: StepEvent): HookName | undefined =>
  phase === 'hook' ? CONTENT_HOOKS.find((hook) => hook === subject) : undefined

/**
 * Runs the hooks that create content in a throw-away container of a built image, with the workspace but without the
 * project's data, and commits the result. `inFront` are mounts over the workspace; `ran` is asked when the hooks have
 * run, and may refuse what they made. The image keeps the configuration it had. Returns the baked image's id.
 * Errors: `hook-failed`, `container-not-started`, `cancelled`, those of `ran`.
 */
export function bake(
  engine: Engine,
  launch: Launch,
  { inFront, ran }: { inFront: MountSettings[]; ran: () => Promise<void> },
  run: Run,
): Promise<string> {
  return withHooks(engine, launch, inFront, run, async (id) => {
    await ran()
    const step = { kind: 'step', id: 'bake', name: 'Keep the baked image', phase: 'bake' } as const
    run.report({ ...step, state: 'running' })
    const baked = await commitContainer(engine, id, keptConfig(launch.parts.image.Config), run)
    run.report({ ...step, state: 'done' })
    return baked
  })
}

/**
 * Runs the hooks that create content for the workspace alone, where the image of a sealed environment has the rest of
 * their work already and its container could not take it. Errors: as `bake`.
 */
export function prepareWorkspace(engine: Engine, launch: Launch, run: Run): Promise<void> {
  return withHooks(engine, launch, [], run, async () => {})
}

/** Runs the hooks in a container that can be written everywhere, does something with it, and removes it. */
async function withHooks<T>(
  engine: Engine,
  launch: Launch,
  inFront: MountSettings[],
  run: Run,
  then: (container: string) => Promise<T>,
): Promise<T> {
  const { image, project } = launch.parts
  const wanted = createRequest(launch.parts, [])
  const mounts = wanted.HostConfig?.Mounts ?? []
  const spec = {
    Image: image.Id,
    Entrypoint: ['/bin/sh', '-c', 'while :; do sleep 86400; done'],
    Cmd: [],
    Labels: { [LABEL.project]: project.key, [LABEL.role]: 'bake' },
    ...hostname(launch.run),
    HostConfig: {
      ...wanted.HostConfig,
      Init: true,
      ReadonlyRootfs: false,
      Tmpfs: {},
      Mounts: [...mounts.filter((mount) => mount.Type !== 'volume'), ...inFront],
    },
  }
  const name = `pristine-${project.key}-bake-${randomBytes(3).toString('hex')}`
  try {
    const id = await createLaunched(engine, launch, name, spec, run)
    await startContainer(engine, id, run).catch((error: unknown) => {
      throw productError(
        'container-not-started',
        { service: launch.service, problem: reasonOf(error) },
        { cause: error },
      )
    })
    // What a hook puts where a volume will be is kept in the image, from where the engine fills a new volume.
    const volumes = mounts.flatMap((mount) => (mount.Type === 'volume' ? [mount.Target] : []))
    if (volumes.length > 0) {
      await execOutput(engine, id, { command: ['mkdir', '-p', ...volumes], user: '0' }, run.signal)
    }
    // Not remembered: the hooks may change what the user's shell says.
    const context = await execContext(engine, undefined, launch, id)
    // The container's own variables are given with each command: set on the container, they would become the image's.
    const env = { ...launch.run.containerEnv, ...context.env }
    for (const hook of CONTENT_HOOKS) {
      await runHook(engine, id, hook, launch.hooks[hook] ?? [], { ...context, env }, run).catch(
        async (error: unknown) => {
          await warnWithoutRoot(engine, launch, id, run).catch(() => {})
          throw error
        },
      )
    }
    const result = await then(id)
    await removeContainer(engine, name)
    return result
  } catch (error) {
    // What went wrong first is what is told.
    await removeContainer(engine, name).catch(() => {})
    throw error
  }
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
function keptConfig(config: ImageDetails['Config']): ImageConfig {
  return {
    ...config,
    Entrypoint: config.Entrypoint ?? [],
    Labels: { ...config.Labels, [LABEL.role]: 'version', [LABEL.project]: '' },
  }
}
