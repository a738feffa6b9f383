import { randomBytes } from 'node:crypto'
import { isProductError, productError } from '../../shared/errors.ts'
import { shortId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { assertUsers } from '../container/assert-users.ts'
import { choosePorts, isPortFree, type PortChoice, portKey, settlePorts } from '../container/choose-ports.ts'
import { chownMounts } from '../container/chown-mounts.ts'
import { createLaunchContainer } from '../container/create-container.ts'
import { createRequest, managedVolumes, sharesNetwork } from '../container/create-request.ts'
import type { Start } from '../container/last-start.ts'
import type { Launch } from '../container/prepare-launch.ts'
import type { EnvironmentContainer } from '../container/read-environment.ts'
import type { PreparedData } from '../data/stacks/prepare-data.ts'
import type { ExistingVolume, FilledBy, ManagedVolume } from '../data/volumes.ts'
import { contentHooks } from '../definition/devcontainer/content-hooks.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer, removeContainer, stopContainer } from '../docker/containers.ts'
import { layersOf } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import type { Comparison } from './compare-volumes.ts'
import { firstStart, start, warn } from './start-container.ts'

/** The inputs and callbacks of a swap. */
export interface Swap {
  engine: Engine
  /** The data folder of this Pristine. */
  home: string
  /** Labels of the new container for other tools; those that the definition names itself come first. */
  labels: Record<string, string>
  /** The id of the image from which the new container is created: the version's, or one beside it. */
  image: string
  launch: Launch
  /** The environment that runs now, to be replaced. */
  blue: EnvironmentContainer | undefined
  /** Starts the blue one again, with the hooks of its own version. */
  resumeBlue: () => Promise<void>
  /** Determines the volumes of the engine for those of the new container, which `by` fills where they are new. */
  prepareData: (volumes: ManagedVolume[], by: Omit<FilledBy, 'place'>) => Promise<PreparedData>
  /** Begins to compare what the version has with what fills the volumes that hold data already. */
  compareVolumes: (kept: ExistingVolume[]) => Comparison
  /** Called when the new container runs, before its hooks. */
  started: (container: string) => Promise<void>
  /** Called once the new container is ready, for what the person puts into it. */
  personalize: (container: string) => Promise<void>
  /** Called after that, before the old one goes: makes it the current one. */
  becomeCurrent: (start: Start) => Promise<void>
  /**
   * Puts on the disk what is about to be done: called with the new container's name before it is created, and again
   * before the old one is stopped.
   */
  writeIntent: (green: string, stops: boolean) => Promise<void>
  /** Called when a failed swap was undone whole. */
  clearIntent: () => Promise<void>
  /** Called before the new container starts, for what its version has in the person's folder. */
  placeFiles: () => Promise<void>
  /** Undoes that, before the old one starts again. */
  restoreFiles: () => Promise<void>
  /** Called when a container is gone. */
  onRemoved: () => Promise<void>
  /** Removes the old container in the background; what is left of it is removed by a later command. */
  inBackground: (removal: Promise<void>) => void
}

/**
 * Replaces an environment: the new container is created before the old one is touched, and the old one is removed
 * only after the new one is ready. On any failure the new one is removed and the old one runs again.
 * Returns the new container's id.
 * Errors: those of starting, hooks and health; `cancelled`; `not-restored` when the old one does not become ready again.
 */
export async function swap(swap: Swap, run: Run): Promise<string> {
  const { engine, launch, blue } = swap
  let ports = await settle(
    engine,
    await choosePorts(launch.run.ports, heldPorts(blue), (port) =>
      engine.local ? isPortFree(port) : Promise.resolve(true),
    ),
  )
  const { project, version, image } = launch.parts
  const data = await swap.prepareData(managedVolumes(project.key, launch.run, image), {
    ...{ version, image: image.Id, layers: layersOf(image) },
  })
  await using comparison = swap.compareVolumes(data.kept)
  let name = containerName(launch)
  let stopped = false
  await swap.writeIntent(name, stopped)
  await launch.makeMountPoints()
  let green = await beginData(data, run, () => create(swap, data, name, ports, run))
  try {
    await assertUsers(engine, launch, green, 'created', run)
    if (blue?.running && needsWhatBlueHolds(launch, blue, ports)) {
      stopped = true
      await swap.writeIntent(name, stopped)
      // Not to be cancelled half-way: the engine would stop it all the same, after it was started again.
      await stopContainer(engine, blue.id)
    }
    await data.fill(run)
    await swap.placeFiles()
    let begun: Start
    for (;;) {
      try {
        begun = await start(engine, launch, green, ports, run)
        break
      } catch (error) {
        const moved = movePort(error, ports)
        if (!moved) throw error
        await removeContainer(engine, green)
        ports = await settle(engine, moved)
        name = containerName(launch)
        await swap.writeIntent(name, stopped)
        green = await create(swap, data, name, ports, run)
      }
    }
    await swap.started(green)
    await chownMounts(engine, launch, green, data.fresh, run)
    await firstStart(engine, launch, green, run)
    await comparison.report(green)
    await swap.personalize(green)
    await swap.becomeCurrent(begun)
  } catch (error) {
    const lost = await undo(swap, data, green, stopped, run)
    if (lost === undefined) throw error
    const [failed, why] = [error, lost].map(messageOf) as [string, string]
    throw productError('not-restored', { failed, why }, { cause: error })
  }
  // What is not recorded now is by the next command: the container carries the change's id.
  await data.commit().catch(warn(run, 'The change of the data is not recorded yet'))
  if (blue)
    swap.inBackground(
      removeContainer(engine, blue.id)
        .then(swap.onRemoved)
        .catch(warn(run, `${blue.name} is no longer used and could not be removed`)),
    )
  return green
}

const settle = (engine: Engine, ports: PortChoice[]): Promise<PortChoice[]> =>
  engine.local ? settlePorts(ports) : Promise.resolve(ports)

/** Makes what is new of the data, and the container after it; if that fails, the data is as before. */
async function beginData(data: PreparedData, run: Run, create: () => Promise<string>): Promise<string> {
  try {
    await data.begin(run)
    return await create()
  } catch (error) {
    await data.drop().catch(warn(run, 'Volumes that were made for it stay until the next command'))
    throw error
  }
}

function create(
  { engine, home, labels, image, launch, onRemoved }: Swap,
  data: PreparedData,
  name: string,
  ports: PortChoice[],
  run: Run,
): Promise<string> {
  const request = data.resolve(createRequest(launch.parts, ports))
  const labelled = { ...request, Image: image, Labels: { ...labels, ...request.Labels, [LABEL.home]: home } }
  const creating = () => createLaunchContainer(engine, launch, name, labelled, run)
  return copyingContent(launch, creating, run).catch(async (error: unknown) => {
    // A request without an answer may have been carried out all the same. The first failure is the one reported.
    await removeContainer(engine, name)
      .then(onRemoved)
      .catch(() => {})
    throw error
  })
}

/** So many files are worth a step. */
const MANY_FILES = 1_000

/** Creates a container, and reports meanwhile what the engine copies: it creates the container's volumes with it. */
async function copyingContent<T>({ parts, hooks }: Launch, create: () => Promise<T>, run: Run): Promise<T> {
  const files = parts.content?.count ?? 0
  if (files < MANY_FILES) return create()
  const who = contentHooks(hooks).join(' and ')
  const name = `Copy the ${files.toLocaleString('en')} files that ${who} made`
  const step = { kind: 'step', id: 'content', name, phase: 'start', subject: parts.service } as const
  run.report({ ...step, state: 'running' })
  try {
    const created = await create()
    run.report({ ...step, state: 'done' })
    return created
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw error
  }
}

/** If another program took a movable port meanwhile, returns the choices with another port in its place. */
function movePort(error: unknown, ports: PortChoice[]): PortChoice[] | undefined {
  if (!isProductError(error, 'port-taken')) return undefined
  const isTaken = (choice: PortChoice) =>
    choice.host === error.data['port'] && choice.host !== 0 && !choice.request.fixed
  return ports.some(isTaken)
    ? ports.map((choice) => (isTaken(choice) ? { ...choice, host: 0 } : choice))
    : undefined
}

/**
 * Removes the new container, and starts the old one if it had to make way. What fails here hides no earlier failure;
 * returned is why the old one did not come back.
 */
async function undo(
  { engine, blue, restoreFiles, resumeBlue, clearIntent: undone, onRemoved }: Swap,
  data: PreparedData,
  green: string,
  stopped: boolean,
  run: Run,
): Promise<unknown> {
  let settled = true
  let lost: unknown
  const leave = (what: string) => (error: unknown) => {
    settled = false
    warn(run, what)(error)
  }
  await removeContainer(engine, green)
    .then(onRemoved)
    .then(data.drop)
    .catch(leave('The new container, or what was made for it, could not be removed'))
  await restoreFiles().catch(leave("Files of the version's could not be taken back"))
  if (blue && stopped) {
    const failed = `${blue.name} could not be started again`
    await resumeBlue().catch(async (error: unknown) => {
      const unnoticed = isProductError(error, 'engine-unreachable') || isProductError(error, 'engine-refused')
      // What the engine did not do now is left, by the intent, to the next command.
      if (unnoticed) return leave(failed)(error)
      // A container that was removed meanwhile is not a failed stop.
      if (await inspectContainer(engine, blue.id).catch(() => undefined)) lost = error
      else warn(run, failed)(error)
    })
  }
  if (settled) await undone()
  return lost
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

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
  // The ports of a shared network are unknown.
  if (sharesNetwork(run)) return true
  return managedVolumes(parts.project.key, run, parts.image).some((volume) => !volume.readOnly)
}
