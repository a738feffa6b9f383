import { StringDecoder } from 'node:string_decoder'
import type {
  ContainerCreateOptions,
  ContainerInfo,
  ContainerInspectInfo,
  MountSettings as EngineMount,
} from 'dockerode'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from './connection/connect.ts'
import { call, isConflict, isNotFound, reasonOf, statusOf } from './connection/engine-call.ts'
import { withHeartbeat } from './connection/heartbeat.ts'
import { LastLines, MAX_LINES } from './streams/last-lines.ts'
import { logFrames } from './streams/log-frames.ts'
import { WholeLines } from './streams/whole-lines.ts'

export type ContainerSpec = Omit<ContainerCreateOptions, 'HostConfig'> & {
  HostConfig?: Omit<NonNullable<ContainerCreateOptions['HostConfig']>, 'Mounts'> & {
    Mounts?: MountSettings[]
  }
}
export type ContainerDetails = ContainerInspectInfo
export type ContainerSummary = ContainerInfo
/** The engine's form of a mount; its types ask for a `ReadOnly` that the engine does not. */
export type MountSettings = Omit<EngineMount, 'ReadOnly'> & { ReadOnly?: boolean }

type Signal = { signal?: AbortSignal | undefined }

const CREATING = 'creating the container'

/**
 * Creates a container and returns its id.
 * Errors: `removed-meanwhile`, `engine-without-init`, `mount-source-missing`; an unsuitable request is `engine-refused`.
 */
export async function createContainer(
  engine: Engine,
  name: string,
  spec: ContainerSpec,
  run: Signal = {},
): Promise<string> {
  // The engine first copies what the image has at the place of a new volume, however much that is.
  const container = await withHeartbeat(engine, CREATING, run.signal, (signal) =>
    call(
      CREATING,
      (abortSignal) =>
        // dockerode takes the query and the body apart when they are given so; its types know only the flat form.
        engine.docker.createContainer({
          _query: { name },
          _body: spec,
          abortSignal,
        } as ContainerCreateOptions),
      { signal, deadline: Number.POSITIVE_INFINITY, expected: [404] },
    ),
  )
    .catch(withoutInit)
    .catch(withoutSource)
    .catch(removedMeanwhile)
  return container.id
}

/** Podman's program for `init` is in a package of its own, which it can be installed without. */
function withoutInit(error: unknown): never {
  const problem = isProductError(error, 'engine-refused') ? error.why : ''
  if (!/container-init binary not found/.test(problem)) throw error
  throw productError('engine-without-init', { problem }, { cause: error })
}

/** How Docker and Podman name a folder of a mount that is not there. */
const NO_SOURCE = /bind source path does not exist: (.+?)$|^statfs (.+): no such file or directory/

function withoutSource(error: unknown): never {
  const problem = isProductError(error, 'engine-refused') ? error.why : ''
  const [, docker, podman] = NO_SOURCE.exec(problem) ?? []
  const source = docker ?? podman
  if (source === undefined) throw error
  throw productError('mount-source-missing', { source }, { cause: error })
}

/** What was there a moment ago, an image or a container, is not there any more. */
function removedMeanwhile(error: unknown): never {
  if (!isNotFound(error)) throw error
  throw productError('removed-meanwhile', { problem: reasonOf(error) }, { cause: error })
}

/** All containers, running or not, that carry every one of the labels (`key` or `key=value`). */
export function listContainers(
  engine: Engine,
  labels: string[],
  run: Signal = {},
): Promise<ContainerSummary[]> {
  return call(
    'listing the containers',
    (abortSignal) =>
      engine.docker.listContainers({ all: true, filters: JSON.stringify({ label: labels }), abortSignal }),
    { signal: run.signal },
  )
}

/** A container's details; undefined when there is none. */
export async function inspectContainer(
  engine: Engine,
  id: string,
  run: Signal = {},
): Promise<ContainerDetails | undefined> {
  try {
    return await call(
      'inspecting the container',
      (abortSignal) => engine.docker.getContainer(id).inspect({ abortSignal }),
      { signal: run.signal, expected: [404] },
    )
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/**
 * Starts a container; one that runs already stays as it is. A refusal passes through, for the caller to name.
 * Errors: `removed-meanwhile`.
 */
export async function startContainer(engine: Engine, id: string, run: Signal = {}): Promise<void> {
  const start = () =>
    call('starting the container', (abortSignal) => engine.docker.getContainer(id).start({ abortSignal }), {
      signal: run.signal,
      expected: [304, 400, 404, 409, 500],
    })
  await start()
    .catch(async (error: unknown) => {
      if (!STOPPING.test(reasonOf(error))) throw error
      await stopContainer(engine, id, run)
      await start()
    })
    .catch((error: unknown) => {
      if (statusOf(error) !== 304) removedMeanwhile(error)
    })
}

/** How Podman refuses to start a container that is still stopping after an interrupted stop. */
const STOPPING = /must be in Created or Stopped state to be started/

/** Lets a paused container go on. One that is not paused stays as it is. */
export async function unpauseContainer(engine: Engine, id: string, run: Signal = {}): Promise<void> {
  await call(
    'unpausing the container',
    (abortSignal) => engine.docker.getContainer(id).unpause({ abortSignal }),
    { signal: run.signal, expected: [409] },
  ).catch((error: unknown) => {
    if (!isConflict(error)) throw error
  })
}

/** Seconds that a program has to end after its stop signal, unless its container sets another time. */
const STOP_GRACE = 10

/** Stops a container: its stop signal, then SIGKILL after as long as it was made with. A stopped or absent one is fine. */
export async function stopContainer(engine: Engine, id: string, run: Signal = {}): Promise<void> {
  const details = await inspectContainer(engine, id)
  if (!details) return
  // Podman does not stop a paused container, and no program receives a signal meanwhile.
  if (details.State.Paused) await unpauseContainer(engine, id, run)
  // The type lacks it: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect
  const { StopTimeout: grace = STOP_GRACE } = details.Config as { StopTimeout?: number }
  await call(
    'stopping the container',
    (abortSignal) => engine.docker.getContainer(id).stop({ t: grace, abortSignal }),
    {
      signal: run.signal,
      deadline: (grace + 60) * 1000,
      expected: [304, 404],
    },
  ).catch((error: unknown) => {
    const status = (error as { statusCode?: number }).statusCode
    if (status !== 304 && status !== 404) throw error
  })
}

/** Removes a container, running or not, with its anonymous volumes; named ones stay. An absent one is fine. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  const remove = () =>
    call(
      'removing the container',
      (abortSignal) => engine.docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      { expected: [404, 409] },
    )
  await remove()
    // It may be sent twice: a broken connection does not show whether the engine received it.
    .catch((error: unknown) => {
      if (isProductError(error, 'engine-unreachable')) return remove()
      throw error
    })
    .catch((error: unknown) => {
      // 409: the container is already being removed.
      if (!isNotFound(error) && !isConflict(error)) throw error
    })
}

/**
 * The differences of a container's file system from its image, by path. `kind`: 0 changed, 1 added, 2 deleted. The
 * places of what is mounted in memory are left out: Podman counts them, and lists them with no other mounts.
 */
export async function containerChanges(
  engine: Engine,
  id: string,
): Promise<{ path: string; kind: number }[]> {
  const [changes, details] = await Promise.all([
    call(
      'listing the changed files',
      (abortSignal): Promise<unknown> => engine.docker.getContainer(id).changes({ abortSignal }),
    ),
    inspectContainer(engine, id),
  ])
  const memory = Object.keys(details?.HostConfig.Tmpfs ?? {})
  const isAbove = (path: string) => memory.some((place) => place === path || place.startsWith(`${path}/`))
  return (
    // If nothing changed the engine answers null, which dockerode returns as raw bytes.
    (Array.isArray(changes) ? (changes as { Path: string; Kind: number }[]) : [])
      .map((change) => ({ path: change.Path, kind: change.Kind }))
      .filter(({ path, kind }) => kind === 2 || !isAbove(path))
      // The engine lists them in any order.
      .sort((a, b) => (a.path < b.path ? -1 : 1))
  )
}

/** The last lines that a container printed, without what the run's filter hides; empty when they cannot be had. */
export async function lastLogLines(
  engine: Engine,
  id: string,
  { filter }: Pick<Run, 'filter'>,
): Promise<string[]> {
  const last = new LastLines()
  const whole = new WholeLines((text) => last.add(text), filter?.())
  try {
    const tty = (await inspectContainer(engine, id))?.Config.Tty ?? false
    // As a stream: a line may have any length.
    const raw = await followLogs(engine, id, { follow: false, timestamps: false, tail: MAX_LINES })
    const text = new StringDecoder('utf8')
    for await (const frames of logFrames(raw, tty))
      for (const { data } of frames) whole.push(text.write(data))
    whole.end()
  } catch {
    return []
  }
  return last.lines
}

/** A container's output as it comes; `since` in seconds of Unix time. The stream is multiplexed unless it has a TTY. */
export function followLogs(
  engine: Engine,
  id: string,
  options: { follow: boolean; tail?: number; timestamps: boolean },
  run: Signal = {},
): Promise<NodeJS.ReadableStream> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: options.timestamps,
    ...(options.tail !== undefined && { tail: options.tail }),
    ...(run.signal && { abortSignal: run.signal }),
  }
  const container = engine.docker.getContainer(id)
  // Always the streaming form: without `follow` the engine ends the stream after the last line.
  return call('reading the log', () => {
    const path = `/containers/${container.id}/logs?`
    return new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      engine.docker.modem.dial(
        {
          path,
          method: 'GET',
          isStream: true,
          statusCodes: { 200: true },
          options: { ...query, follow: options.follow },
        },
        (error: unknown, stream: unknown) =>
          error ? reject(error) : resolve(stream as NodeJS.ReadableStream),
      )
    })
  })
}
