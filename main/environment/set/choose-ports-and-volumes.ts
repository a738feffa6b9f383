import type { PortRequest } from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import {
  choosePorts,
  hostKey,
  isPortFree,
  keptPorts,
  type PortChoice,
  portKey,
  settlePorts,
} from '../../container/launch/choose-ports.ts'
import { sharesNetwork } from '../../container/launch/create-request.ts'
import { managedVolumes } from '../../container/launch/managed-volumes.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { PreparedData } from '../../data/volume-layers/prepare-data.ts'
import type { ExistingVolume, ManagedVolume } from '../../data/volumes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer } from '../../docker/containers.ts'
import { layersOf } from '../../docker/images.ts'
import { parseLabel } from '../../docker/parse-label.ts'
import type { KeptVolumes } from './compare-volumes.ts'
import type { Swap } from './swap.ts'

/**
 * Chooses the host ports of a set. Each service that requests the same ports as before keeps those that it had, even while
 * it is stopped. `blue` is the environment that is about to be replaced: a port that it holds and that no new service keeps
 * is free for the others. Two services that request the same port get different ones.
 */
export async function chooseSetPorts(
  engine: Engine,
  launches: readonly Launch[],
  blue: readonly EnvironmentContainer[],
): Promise<Map<Launch, PortChoice[]>> {
  const old = await Promise.all(blue.map(async (one) => ({ ...one, held: await portsOf(engine, one) })))
  const wanted = launches.map((launch) => {
    const { parts, run, service } = launch
    const requests = parts.composed && sharesNetwork(run) ? [] : run.ports
    const before = parts.composed
      ? old.filter((one) => one.service === service)
      : old.filter(({ set, isEntry }) => set === undefined || isEntry)
    const keys = new Set(requests.map(portKey))
    const ports = new Map(before.flatMap((one) => [...one.held].filter(([key]) => keys.has(key))))
    const same = before.every((one) => parseLabel(one.request)['Ports'] === launch.request['Ports'])
    return { launch, requests, held: { ports, same } }
  })
  const taken = new Set(wanted.flatMap(({ requests, held }) => keptPorts(requests, held)))
  const given = new Set(blue.flatMap(({ ports }) => ports.map((one) => hostKey(one.host, one.protocol))))
  const isFree = async (port: number, protocol: PortRequest['protocol']) =>
    given.has(hostKey(port, protocol)) || !engine.local || (await isPortFree(port, protocol))
  const chosen: { launch: Launch; choices: PortChoice[] }[] = []
  for (const { launch, requests, held } of wanted)
    chosen.push({ launch, choices: await choosePorts(requests, held, isFree, taken) })
  const settled = await settle(
    engine,
    chosen.flatMap(({ choices }) => choices),
  )
  return new Map(chosen.map(({ launch, choices }) => [launch, settled.splice(0, choices.length)]))
}

/** The host ports of a container, by container port; for a stopped container, those that it was created with. */
async function portsOf(
  engine: Engine,
  { id, running, ports }: EnvironmentContainer,
): Promise<Map<string, number>> {
  if (running) return new Map(ports.map((port) => [portKey(port), port.host]))
  const bindings = (await inspectContainer(engine, id))?.HostConfig.PortBindings as Bindings | undefined
  return boundPorts(bindings ?? {})
}

/** The form of the engine's API, which its types do not describe completely. */
type Bindings = Record<string, { HostPort?: string }[] | null>

/** The host ports of a create request, by container port, without those that the engine chooses. */
export const boundPorts = (bindings: Bindings): Map<string, number> =>
  new Map(
    Object.entries(bindings).flatMap(([key, found]) => {
      const host = Number(found?.[0]?.HostPort ?? '')
      return host > 0 ? [[key, host] as const] : []
    }),
  )

const settle = async (engine: Engine, ports: PortChoice[]): Promise<PortChoice[]> => [
  ...(engine.local ? await settlePorts(ports) : ports),
]

/** The port choices with another port in place of a movable one that another program has taken meanwhile. */
export async function movePort(
  engine: Engine,
  error: unknown,
  ports: PortChoice[],
): Promise<PortChoice[] | undefined> {
  if (!isProductError(error, 'port-taken')) return undefined
  const isTaken = (choice: PortChoice) =>
    choice.host === error.data['port'] && choice.host !== 0 && !choice.request.fixed
  return ports.some(isTaken)
    ? settle(
        engine,
        ports.map((choice) => (isTaken(choice) ? { ...choice, host: 0 } : choice)),
      )
    : undefined
}

/**
 * Prepares the volumes of a set with `prepare`. `fresh`: the places of new volumes of the service that a person works in;
 * `kept`: its other volumes, and those of each further service that no other one mounts. Errors: those of `prepare`.
 */
export async function prepareSetData(
  entry: Launch,
  prepare: Swap['prepareData'],
): Promise<{ data: PreparedData; fresh: string[]; kept: KeptVolumes[] }> {
  const launches = [entry, ...entry.others]
  const users = new Map(
    launches.flatMap((launch) => managedVolumes(launch.parts).map((volume) => [volume, launch] as const)),
  )
  const names = [...users.keys()].map(({ name }) => name)
  // Nothing records which of several services filled a volume, and it hides what the images of the others have on purpose.
  const isOwn =
    (launch: Launch) =>
    ({ name }: ManagedVolume) =>
      launch === entry || names.indexOf(name) === names.lastIndexOf(name)
  const data = await prepare([...users.keys()], (volume) => {
    const { version, image } = (users.get(volume) ?? entry).parts
    return { version, image: image.Id, layers: layersOf(image) }
  })
  return {
    data,
    fresh: data.fresh.flatMap((volume) => (users.get(volume) === entry ? [volume.target] : [])),
    kept: launches.map((launch) => ({
      launch,
      volumes: atPlacesOf(data.kept, managedVolumes(launch.parts).filter(isOwn(launch))),
    })),
  }
}

/** Volumes with data, at the places where a service mounts them (`own`): another service may mount them elsewhere. */
export const atPlacesOf = (
  kept: readonly ExistingVolume[],
  own: readonly ManagedVolume[],
): ExistingVolume[] =>
  own.flatMap((one) => kept.find(({ name, target }) => name === one.name && target === one.target) ?? [])
