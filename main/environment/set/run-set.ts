import type { Run } from '../../../shared/operation.ts'
import { connectionsOf, type SetNames } from '../../container/launch/compose-create-request.ts'
import { createLaunchContainer, startLaunchContainer } from '../../container/launch/create-container.ts'
import { createRequest } from '../../container/launch/create-request.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { packStackFiles } from '../../container/launch/secret-and-config-files.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ContainerSpec, removeContainer } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { connectContainer, createNetwork, removeNetwork } from '../../docker/networks.ts'
import { putTar } from '../../docker/put-files.ts'
import { createVolume, removeVolume } from '../../docker/volumes.ts'
import { stackNetworks } from './new-set.ts'
import { assertServices, awaitOthers, failedServices, inOrder, inStartOrder } from './start-services.ts'

/** What one run of a command creates: a container for each service, with its own networks and empty data. */
export interface RunSet {
  /** The name of the container in which the command runs, and the prefix of all other names. */
  name: string
  /** A file that stays locked while this process is responsible for removing everything. */
  lease: string
  /** The launch of the service in which the command runs, with those of the others. */
  launch: Launch
  /** The id of the image of that service's container. */
  image: string
}

/**
 * Creates what a run needs and starts nothing. Publishes no port of this computer. Returns the containers by name, first
 * the one in which the command runs. Errors: those of `createLaunchContainer`, `networks-exhausted`.
 */
export async function createRunSet(engine: Engine, set: RunSet, run: Run): Promise<RunContainer[]> {
  const launches = [set.launch, ...set.launch.others]
  for (const { name, spec } of networksOf(set)) await createNetwork(engine, name, spec, run)
  const shared = sharedVolumes(set)
  for (const name of shared.values()) await createVolume(engine, name, labelsOf(set))
  for (const one of inStartOrder(launches)) await createRunContainer(engine, set, one, shared, run)
  return launches.map((launch) => ({ launch, id: namesOf(set).container(launch.service) }))
}

/** A container of a run. */
interface RunContainer {
  launch: Launch
  id: string
}

/**
 * Starts the containers of a run in the order of their dependencies, and waits until the other services are ready. In the
 * first container, the command replaces the program, so its health or end is not waited for. Errors:
 * `external-missing`, `container-not-started`, those of conditions and health.
 */
export async function startRunSet(
  engine: Engine,
  containers: readonly RunContainer[],
  run: Run,
): Promise<void> {
  await inOrder(
    engine,
    containers,
    ({ id, launch }) => startLaunchContainer(engine, launch, id, run),
    run,
    containers[0]?.launch.service,
  )
  await awaitOthers(engine, containers.slice(1), run)
}

/**
 * Fails if a service beside the command has ended without completing, and returns the names of those that have completed.
 * Error: `container-exited`.
 */
export async function assertRunServices(
  engine: Engine,
  containers: readonly RunContainer[],
  run: Run,
): Promise<string[]> {
  const [command, ...others] = containers
  return command ? await assertServices(engine, others, command.launch, run) : []
}

/**
 * Warns about each service that ended beside the command without completing; `completed` are those that had before. Errors:
 * those of the engine.
 */
export async function warnOfEndedServices(
  engine: Engine,
  containers: readonly RunContainer[],
  completed: readonly string[],
  run: Run,
): Promise<void> {
  const others = containers.slice(1).filter(({ launch }) => !completed.includes(launch.service))
  for (const { service, code, output } of await failedServices(engine, others, run)) {
    const last = output.at(-1)
    const words = last === undefined ? 'and printed nothing' : `and printed last: ${last}`
    const text = `${service} ended with exit code ${code} while the command ran, ${words}`
    run.report({ kind: 'warning', text })
  }
}

/** Removes all that `createRunSet` made. Errors: those of the engine. */
export async function removeRunSet(engine: Engine, set: RunSet): Promise<void> {
  const names = namesOf(set)
  for (const { service } of inStartOrder([set.launch, ...set.launch.others]).reverse())
    await removeContainer(engine, names.container(service))
  for (const { name } of networksOf(set)) await removeNetwork(engine, name)
  for (const name of sharedVolumes(set).values()) await removeVolume(engine, name)
}

async function createRunContainer(
  engine: Engine,
  set: RunSet,
  launch: Launch,
  shared: ReadonlyMap<string, string>,
  run: Run,
): Promise<void> {
  const names = namesOf(set)
  const isEntry = launch === set.launch
  // The program of that container is the command: the definition's own program would do its work a second time.
  const parts = isEntry
    ? { ...launch.parts, run: { ...launch.parts.run, overrideCommand: true } }
    : launch.parts
  const request = createRequest(parts, [], names)
  const name = names.container(launch.service)
  const spec: ContainerSpec = {
    ...request,
    Image: isEntry ? set.image : launch.parts.image.Id,
    Labels: { ...request.Labels, ...labelsOf(set) },
    HostConfig: {
      ...request.HostConfig,
      Mounts: (request.HostConfig?.Mounts ?? []).map((mount) => {
        if (mount.Type !== 'volume') return mount
        const own = shared.get(mount.Source)
        // Without a source, the engine creates an empty volume, which it removes with the container.
        return own === undefined
          ? { Type: mount.Type, Source: '', Target: mount.Target }
          : { ...mount, Source: own }
      }),
    },
  }
  const id = await createLaunchContainer(engine, launch, name, spec, run, { names })
  const { composed } = launch.parts
  if (!composed) return
  for (const { network, aliases } of connectionsOf(composed, names).slice(1))
    await connectContainer(engine, network, id, aliases, run)
  const files = await packStackFiles(composed)
  if (files) await putTar(engine, id, '/', files, run)
}

const namesOf = ({ name, launch }: RunSet): SetNames => ({
  network: (key) => `${name}-${key}`,
  container: (service) => (service === launch.service ? name : `${name}-${service}`),
})

const networksOf = (set: RunSet) =>
  stackNetworks(set.launch, namesOf(set).network, {
    ...labelsOf(set),
    [LABEL.project]: set.launch.parts.project.key,
  })

/** Without the project's label: the project's data is in other volumes. */
const labelsOf = ({ lease }: RunSet): Record<string, string> => ({
  [LABEL.role]: 'run',
  [LABEL.lease]: lease,
})

/** The volumes that several services share, each with its name in this run. */
function sharedVolumes({ name, launch }: RunSet): Map<string, string> {
  const used = [launch, ...launch.others].flatMap(({ parts }) => [
    ...new Set(
      (createRequest(parts, []).HostConfig?.Mounts ?? []).flatMap(({ Type, Source }) =>
        Type === 'volume' ? [Source] : [],
      ),
    ),
  ])
  const several = new Set(used.filter((source, at) => source !== '' && used.indexOf(source) !== at))
  return new Map([...several].sort().map((source, at) => [source, `${name}-data-${at}`]))
}
