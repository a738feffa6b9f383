import { randomBytes } from 'node:crypto'
import type { HookName } from '../../shared/definition.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import { shortId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { ensureVolumes } from '../data/volumes.ts'
import { reasonOf } from '../docker/call.ts'
import type { Engine } from '../docker/connect.ts'
import {
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
  stopContainer,
} from '../docker/containers.ts'
import type { ExecContext } from './exec-context.ts'
import { runHook } from './hooks.ts'
import { execContext, type Launch } from './launch.ts'
import { choosePorts, isPortFree, type PortChoice, portKey, settlePorts } from './ports.ts'
import type { EnvironmentContainer } from './read.ts'
import { assertRunning, waitReady } from './ready.ts'
import { createRequest, managedVolumes } from './request.ts'

/** Seconds that a program has to end after its stop signal, unless it says otherwise. */
export const STOP_GRACE = 10

/** What a swap works with. `prepare`: the content hooks did not run for this folder yet. */
export interface Swap {
  engine: Engine
  launch: Launch
  /** The environment that runs now, to be replaced. */
  blue: EnvironmentContainer | undefined
  /** Starts the blue one again, with the hooks of its own version. */
  resumeBlue: () => Promise<void>
  prepare: boolean
  /** Called when the new container runs, before its hooks. */
  started: (container: string) => Promise<void>
  /** Called once the new container is ready, before the old one goes: makes it the current one. */
  becomeCurrent: (container: string) => Promise<void>
  /** Puts on the disk what is about to be done; called with the new container's name before it is created. */
  intend: (green: string) => Promise<void>
  /** Called when a failed swap was undone whole. */
  undone: () => Promise<void>
  /** Takes the removal of the old container, for which nobody waits; what is left of it goes with a next command. */
  afterwards: (removal: Promise<void>) => void
}

/**
 * Replaces an environment: the new container is created before the old one is touched, and the old one is removed
 * only after the new one is ready. On any failure the new one is removed and the old one runs again.
 * Returns the new container's id.
 * Errors: those of starting, hooks and health; `cancelled`.
 */
export async function swap(swap: Swap, run: Run): Promise<string> {
  const { engine, launch, blue } = swap
  let ports = await settle(
    engine,
    await choosePorts(launch.run.ports, heldPorts(blue), (port) =>
      engine.local ? isPortFree(port) : Promise.resolve(true),
    ),
  )
  await ensureVolumes(
    engine,
    launch.parts.project.key,
    managedVolumes(launch.parts.project.key, launch.run, launch.parts.image),
  )
  let green = await create(swap, ports, run)
  let stopped = false
  try {
    if (blue?.running && needsWhatBlueHolds(launch, blue, ports)) {
      stopped = true
      // Not to be cancelled half-way: the engine would stop it all the same, after it was started again.
      await stopContainer(engine, blue.id, launch.run.options.stopTimeout ?? STOP_GRACE)
    }
    for (;;) {
      try {
        await start(swap, green, ports, run)
        break
      } catch (error) {
        const moved = movePort(error, ports)
        if (!moved) throw error
        await removeContainer(engine, green)
        ports = await settle(engine, moved)
        green = await create(swap, ports, run)
      }
    }
    await swap.started(green)
    await firstStart(swap, green, run)
    await swap.becomeCurrent(green)
  } catch (error) {
    await undo(swap, green, stopped, run)
    throw error
  }
  if (blue)
    swap.afterwards(
      removeContainer(engine, blue.id).catch(
        warn(run, `${blue.name} is no longer used and could not be removed`),
      ),
    )
  return green
}

const settle = (engine: Engine, ports: PortChoice[]): Promise<PortChoice[]> =>
  engine.local ? settlePorts(ports) : Promise.resolve(ports)

async function create({ engine, launch, intend }: Swap, ports: PortChoice[], run: Run): Promise<string> {
  const name = containerName(launch)
  await intend(name)
  return createContainer(engine, name, createRequest(launch.parts, ports), run).catch(
    async (error: unknown) => {
      // A cancelled request may have been carried out all the same.
      await removeContainer(engine, name)
      throw error
    },
  )
}

/** When somebody took a port meanwhile that need not be this one, the choices with any other in its place. */
function movePort(error: unknown, ports: PortChoice[]): PortChoice[] | undefined {
  if (!isProductError(error, 'port-taken')) return undefined
  const isTaken = (choice: PortChoice) =>
    choice.host === error.data['port'] && choice.host !== 0 && !choice.request.fixed
  return ports.some(isTaken)
    ? ports.map((choice) => (isTaken(choice) ? { ...choice, host: 0 } : choice))
    : undefined
}

/** Removes the new container, and starts the old one if it had to make way. What fails here hides no earlier failure. */
async function undo(
  { engine, blue, resumeBlue, undone }: Swap,
  green: string,
  stopped: boolean,
  run: Run,
): Promise<void> {
  const failures: unknown[] = []
  const say = (what: string) => (error: unknown) => {
    failures.push(error)
    warn(run, what)(error)
  }
  await removeContainer(engine, green).catch(say('The new container could not be removed'))
  if (blue && stopped) await resumeBlue().catch(say(`${blue.name} could not be started again`))
  if (failures.length === 0) await undone()
}

const warn = (run: Run, what: string) => (error: unknown) =>
  run.report({ kind: 'warning', text: `${what}: ${reasonOf(error)}` })

function containerName({ parts }: Launch): string {
  return `pristine-${parts.project.key}-${shortId(parts.version)}-${randomBytes(3).toString('hex')}`
}

function heldPorts(blue: EnvironmentContainer | undefined): Map<string, number> {
  return new Map((blue?.ports ?? []).map((port) => [portKey(port), port.host]))
}

/** Blue must stop first when green needs a host port of it, or data that only one of them may write. */
function needsWhatBlueHolds(launch: Launch, blue: EnvironmentContainer, ports: PortChoice[]): boolean {
  const held = new Set(blue.ports.map((port) => port.host))
  if (ports.some((choice) => held.has(choice.host))) return true
  const { parts, run } = launch
  return managedVolumes(parts.project.key, run, parts.image).some((volume) => !volume.readOnly)
}

async function start({ engine, launch }: Swap, green: string, ports: PortChoice[], run: Run): Promise<void> {
  const step = { kind: 'step', id: `start ${green}`, name: `Start ${launch.service}` } as const
  run.report({ ...step, state: 'running' })
  try {
    await startContainer(engine, green, run)
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw startFailure(error, launch, ports)
  }
  run.report({ ...step, state: 'done' })
}

/** Says what a refused start means; an engine reports a taken port only at the start. */
function startFailure(error: unknown, launch: Launch, ports: PortChoice[]): unknown {
  if (isProductError(error)) return error
  const problem = reasonOf(error)
  const taken = /(?:port is already allocated|address already in use)/.test(problem)
  if (taken) {
    const host = Number(/:(\d+)(?:\s|:| failed|$)/.exec(problem)?.[1])
    const choice = ports.find((port) => port.host === host) ?? ports.find((port) => port.request.fixed)
    if (choice) {
      return productError(
        'port-taken',
        { port: choice.host, container: choice.request.container },
        { cause: error },
      )
    }
  }
  return productError('container-not-started', { service: launch.service, problem }, { cause: error })
}

/** The hooks of a new container, in the specification's order, until it is ready. */
async function firstStart(swap: Swap, green: string, run: Run): Promise<void> {
  const { engine, launch } = swap
  const first: HookName[] = ['postCreateCommand']
  if (swap.prepare) first.unshift('onCreateCommand', 'updateContentCommand')
  await runHooks(engine, launch, green, [...first, 'postStartCommand'], run)
  await waitReady(
    engine,
    { id: green, service: launch.service, ownProgram: !launch.run.overrideCommand },
    run,
  )
  await runHooks(engine, launch, green, ['postAttachCommand'], run)
}

/** Runs those of the hooks that the definition or its image has. */
export async function runHooks(
  engine: Engine,
  launch: Launch,
  container: string,
  names: HookName[],
  run: Run,
): Promise<void> {
  let context: ExecContext | undefined
  for (const name of names) {
    const commands = launch.hooks[name] ?? []
    if (commands.length === 0) continue
    context ??= await execContext(engine, undefined, launch, container)
    await runHook(engine, container, name, commands, context, run).catch(async (error: unknown) => {
      // No command can run in a container that has ended: its end is what has to be said.
      if (isProductError(error, 'engine-refused'))
        await assertRunning(engine, { id: container, service: launch.service })
      throw error
    })
  }
}

/**
 * Starts a stopped container again and runs the hooks of a start.
 * Errors: `container-not-started`, `port-taken`, and those of hooks and health.
 */
export async function resume(engine: Engine, launch: Launch, container: string, run: Run): Promise<void> {
  try {
    await startContainer(engine, container, run)
  } catch (error) {
    const details = await inspectContainer(engine, container)
    throw startFailure(error, launch, boundPorts(launch, details?.HostConfig.PortBindings ?? {}))
  }
  await runHooks(engine, launch, container, ['postStartCommand'], run)
  await waitReady(
    engine,
    { id: container, service: launch.service, ownProgram: !launch.run.overrideCommand },
    run,
  )
  await runHooks(engine, launch, container, ['postAttachCommand'], run)
}

/** As `resume`; an environment that does not become ready is stopped again, so that nobody takes it for one that is. */
export async function resumeOrStop(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<void> {
  await resume(engine, launch, container, run).catch(async (error: unknown) => {
    await stopContainer(engine, container, STOP_GRACE).catch(warn(run, 'It could not be stopped'))
    throw error
  })
}

function boundPorts(launch: Launch, bindings: object): PortChoice[] {
  const hostPort = (key: string) =>
    Number((bindings as Record<string, { HostPort?: string }[]>)[key]?.[0]?.HostPort ?? 0)
  return launch.run.ports.map((request) => ({ request, host: hostPort(portKey(request)) }))
}
