import path from 'node:path'
import type { HookName } from '../../../shared/definition.ts'
import { isProductError, type ProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { NO_CONTENT } from '../../data/baked-content.ts'
import { isContentHook } from '../../definition/devcontainer/content-hooks.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { reasonOf } from '../../docker/connection/engine-call.ts'
import { type ContainerDetails, inspectContainer, unpauseContainer } from '../../docker/containers.ts'
import { findPortOwner } from '../../docker/find-port-owner.ts'
import { makeAgentFolder } from '../../personal/ssh-agent-folder.ts'
import { isKeptAlive } from '../launch/base-create-request.ts'
import { type PortChoice, portKey } from '../launch/choose-ports.ts'
import { createRequest } from '../launch/create-request.ts'
import { type ExecContext, type ProvidedEnv, withProvidedEnv } from '../launch/exec-context.ts'
import { idleFailure } from '../launch/idle-entrypoint.ts'
import { missingExternal } from '../launch/missing-external.ts'
import { execContext, type Launch } from '../launch/prepare-launch.ts'
import { asSealed } from '../launch/read-only-root.ts'
import { takenPort } from '../launch/taken-port.ts'
import { type Start, startOnce } from '../start-record.ts'
import { assertUsable } from './assert-usable.ts'
import { hookFailure } from './hook-failure.ts'
import { withSecrets } from './inject-secrets.ts'
import { startLoopbackRelay } from './loopback-relay.ts'
import { warnRootless } from './rootless-warning.ts'
import { runHook } from './run-hooks.ts'
import { assertStillRunning, waitReady } from './wait-ready.ts'
import { cannotWrite } from './write-access.ts'

/** Starts a new container, and returns an identifier of that start. Errors: `port-taken`, `external-missing`, `container-not-started`. */
export async function start(
  engine: Engine,
  launch: Launch,
  container: string,
  ports: PortChoice[],
  run: Run,
): Promise<Start> {
  const { service } = launch
  const step = {
    kind: 'step',
    id: `start ${container}`,
    name: `Start ${service}`,
    phase: 'start',
    subject: service,
  } as const
  run.report({ ...step, state: 'running' })
  try {
    const started = await startOnce(engine, launch, container, run)
    run.report({ ...step, state: 'done' })
    return started
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw await failureOf(engine, launch, container, await startFailure(engine, error, launch, ports))
  }
}

/** Explains a refused start; an engine reports a taken port only at the start. */
async function startFailure(
  engine: Engine,
  error: unknown,
  launch: Launch,
  ports: PortChoice[],
): Promise<unknown> {
  const missing = await missingExternal(engine, launch.run.options, error)
  if (missing || isProductError(error)) return missing ?? error
  const problem = reasonOf(error)
  const taken = takenPort(problem, ports)
  if (taken) {
    const holder = await findPortOwner(engine, taken.host)
    const { container, fixed } = taken.request
    return productError(
      'port-taken',
      { port: taken.host, container, fixed, ...(holder !== undefined && { holder }) },
      { cause: error },
    )
  }
  const { service } = launch
  const mounts = createRequest(launch.parts, []).HostConfig?.Mounts ?? []
  const target = mounts
    .map(({ Target }) => Target)
    .find((at) => problem.includes(`${at}"`) || problem.includes(`${at}\``))
  if (target !== undefined && /read-only file system/i.test(problem))
    return productError('mount-without-place', { service, target, problem }, { cause: error })
  // After an engine was killed, containerd keeps what it had begun under the container's id for ever.
  const stuck = /^(?:task \w+: already exists|id already in use)/.test(problem)
  return productError(
    stuck ? 'container-stuck' : 'container-not-started',
    { service, problem },
    { cause: error },
  )
}

/**
 * The hooks of a new container, in the specification's order, until it is ready.
 * Errors: those of hooks, health and `assertUsable`.
 */
export async function firstStart(engine: Engine, launch: Launch, container: string, run: Run): Promise<void> {
  // Before the hooks, which may fail because of it.
  await warnRootless(engine, launch, container, run)
  await becomeReady(engine, launch, container, ['postCreateCommand', 'postStartCommand'], run)
  await assertUsable(engine, launch, container, run)
}

/**
 * Runs those of the hooks that the definition or its image has. All except the content hooks get what is `given` to
 * commands: the result of content hooks becomes the image, which must contain nothing personal.
 */
export async function runHooks(
  engine: Engine,
  launch: Launch,
  container: string,
  names: HookName[],
  provided: ProvidedEnv,
  run: Run,
): Promise<void> {
  let context: ExecContext | undefined
  for (const name of names) {
    const commands = launch.hooks[name] ?? []
    if (commands.length === 0) continue
    context ??= await execContext(engine, undefined, launch, container, run)
    const own = isContentHook(name) ? context : withProvidedEnv(context, provided)
    await runHook(engine, container, name, commands, own, run).catch(async (error: unknown) => {
      throw asSealed(launch.run, await hookFailure(engine, launch, container, { name, commands }, error, run))
    })
  }
}

/**
 * Restarts a stopped container without its hooks, and returns an identifier of that start; undefined for a paused one,
 * which continues where it was. Errors: `container-not-started`, `container-stuck`, `port-taken`.
 */
export async function startAgain(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<Start | undefined> {
  if ((await inspectContainer(engine, container))?.State.Paused) {
    await unpauseContainer(engine, container, run)
    return undefined
  }
  try {
    if (launch.parts.agent !== undefined) await makeAgentFolder(launch.parts.agent)
    await launch.makeMountPoints()
    return await startOnce(engine, launch, container, run)
  } catch (error) {
    const details = await inspectContainer(engine, container)
    const ports = boundPorts(launch, details?.HostConfig.PortBindings ?? {})
    const known = withoutContent(launch, details?.Mounts ?? [], error) ?? error
    throw await failureOf(engine, launch, container, await startFailure(engine, known, launch, ports))
  }
}

/**
 * Runs the hooks of a start until the container is ready again; for a container that was only paused (not `begun`), the
 * hooks that run at each start. Errors: those of hooks and health.
 */
export function readyAgain(
  engine: Engine,
  launch: Launch,
  container: string,
  begun: boolean,
  run: Run,
): Promise<void> {
  return becomeReady(engine, launch, container, begun ? ['postStartCommand'] : [], run)
}

/** The error for a start that failed because a volume with content of the version is gone from the engine's disk. */
function withoutContent(
  { parts, service }: Launch,
  mounts: ContainerDetails['Mounts'],
  error: unknown,
): ProductError | undefined {
  const problem = reasonOf(error)
  const { root, folders } = parts.content ?? NO_CONTENT
  const places = folders.map((at) => path.posix.join(root, at))
  const lost = mounts.find(
    ({ Name, Destination }) => Name && problem.includes(Name) && places.includes(Destination),
  )
  if (!lost || !/no such (?:file|volume)/i.test(problem)) return undefined
  return productError('content-gone', { service, target: lost.Destination, problem }, { cause: error })
}

/** Runs the hooks of a start, waits until the container is ready, and runs the hooks that follow. */
function becomeReady(
  engine: Engine,
  launch: Launch,
  container: string,
  hooks: HookName[],
  run: Run,
): Promise<void> {
  return withSecrets(launch, run, async (run, secrets) => {
    await using forwarded = await launch.forward()
    for (const text of forwarded.problems) run.report({ kind: 'warning', text })
    const provided = { forwarded: forwarded.env, secrets }
    await runHooks(engine, launch, container, hooks, provided, run)
    const { service } = launch
    const { overrideCommand, health } = launch.run
    const ownProgram = !overrideCommand
    await waitReady(engine, { id: container, service, ownProgram, health }, run).catch((error: unknown) => {
      throw asSealed(launch.run, error)
    })
    // A paused container still has its relay.
    if (hooks.length > 0) await startLoopbackRelay(engine, launch, container)
    await runHooks(engine, launch, container, ['postAttachCommand'], provided, run)
    const ran = [...hooks, 'postAttachCommand' as const].some((name) => (launch.hooks[name] ?? []).length > 0)
    if (ran) await assertStillRunning(engine, { id: container, service }, run)
    for (const { problem, remedy } of await cannotWrite(engine, launch, container, run))
      run.report({ kind: 'warning', text: `${problem} ${remedy}` })
  }).catch(async (error: unknown) => {
    throw replaceable(launch, await failureOf(engine, launch, container, error))
  })
}

/**
 * Marks that the program of the container that a person works in has ended: another program can keep the container alive.
 */
function replaceable({ run }: Launch, error: unknown): unknown {
  if (run.overrideCommand || !isProductError(error, 'container-exited')) return error
  return productError('container-exited', { ...error.data, replaceable: true } as never, { cause: error })
}

/** The cause of a failure of a new or started container that its own program does not keep alive. */
function failureOf(engine: Engine, { parts, run }: Launch, id: string, error: unknown): Promise<unknown> {
  if (!isKeptAlive(run, parts.image)) return Promise.resolve(error)
  return idleFailure(engine, { id, service: parts.service }, error)
}

function boundPorts(launch: Launch, bindings: object): PortChoice[] {
  const hostPort = (key: string) =>
    Number((bindings as Record<string, { HostPort?: string }[]>)[key]?.[0]?.HostPort ?? 0)
  return launch.run.ports.map((request) => ({ request, host: hostPort(portKey(request)) }))
}

/** Reports a failure that must not hide an earlier one. */
export const warn = (run: Run, what: string) => (error: unknown) =>
  run.report({ kind: 'warning', text: `${what}: ${reasonOf(error)}` })
