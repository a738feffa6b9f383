import { realpath, stat } from 'node:fs/promises'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import { externalNetworks } from '../../container/launch/compose-create-request.ts'
import { managedVolumes } from '../../container/launch/managed-volumes.ts'
import { workspaceMountOf } from '../../data/workspace-mount.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { type ContainerDetails, inspectContainer } from '../../docker/containers.ts'
import { LABEL } from '../../docker/labels.ts'
import { inspectVolume } from '../../docker/volumes.ts'
import { type HeldData, type Holdings, isContested, withoutProject } from './exclusive-resources.ts'
import type { Member } from './swap.ts'

/**
 * The ids of the old containers that must stop before the new ones start: they hold a port of this computer, data that
 * one of the two writes, or a name in a network that both are in. If the old ones share namespaces, all stop. Without
 * `data`, the new containers do not use the managed volumes of the old ones. `captured`: managed volumes that no
 * container may use any more, whether a new container has them or not, because the captured data would still change.
 */
export async function oldContainersToStop(
  engine: Engine,
  members: readonly Member[],
  blue: readonly EnvironmentContainer[],
  { data, captured }: { data: boolean; captured: ReadonlySet<string> },
): Promise<string[]> {
  const [first] = members
  const found = await Promise.all(
    blue
      .filter((one) => one.running)
      .map(async (one) => ({ one, details: await inspectContainer(engine, one.id) })),
  )
  const running = found.flatMap(({ one, details }) => (details ? [{ ...one, details }] : []))
  if (!first || running.length === 0) return []
  const managed = managedNames(engine)
  const { path } = first.launch.parts.project
  const folder = await realpath(path).catch(() => path)
  const wanted = await Promise.all(members.map((one) => wantedBy(one, managed, folder, data)))
  const contested: string[] = []
  for (const one of running) {
    const held = await heldBy(one, managed, folder)
    const isCaptured = held.data.some(({ kind, source }) => kind === 'volume' && captured.has(source))
    if (isCaptured || wanted.some((other) => isContested(held, other))) contested.push(one.id)
  }
  const all = contested.length > 0 && running.some(({ details }) => joinsAnother(details))
  return all ? running.map(({ id }) => id) : contested
}

/** The managed volume to which an engine volume belongs, or the volume itself. */
type ManagedName = (volume: string) => Promise<string>

function managedNames(engine: Engine): ManagedName {
  const known = new Map<string, Promise<string>>()
  return (volume) => {
    const name =
      known.get(volume) ??
      inspectVolume(engine, volume).then((found) => found?.Labels?.[LABEL.part] ?? volume)
    known.set(volume, name)
    return name
  }
}

/** What a new container needs exclusively. */
async function wantedBy(
  { launch, ports, mounts }: Member,
  managed: ManagedName,
  folder: string,
  data: boolean,
): Promise<Holdings> {
  const { parts, run } = launch
  const { composed, project } = parts
  const own = new Set(managedVolumes(parts).map(({ name }) => name))
  // In the container that a person works in, the folder may be a part of the project's folder.
  const workspace = composed?.isFirst === false ? undefined : await workspaceMountOf(project, run)
  const held = await dataOf(
    mounts.filter(({ Target }) => Target !== workspace?.target),
    managed,
  )
  const { network } = run.options
  return {
    ports: ports.map(({ host }) => host),
    data: withoutProject(held, folder).filter(
      ({ kind, source }) => data || kind !== 'volume' || !own.has(source),
    ),
    networks: composed ? externalNetworks(composed) : [],
    listens:
      network === 'host'
        ? 'host'
        : network?.startsWith('container:') || (!composed && network?.startsWith('service:'))
          ? 'container'
          : 'networks',
  }
}

/** What an old container holds. */
async function heldBy(
  { ports, details }: EnvironmentContainer & { details: ContainerDetails },
  managed: ManagedName,
  folder: string,
): Promise<Holdings> {
  const { Mounts, HostConfig, NetworkSettings } = details
  const mounts = Mounts.map(
    ({ Type, Name = '', Source, RW }): DataMount => ({
      Type,
      Source: Type === 'volume' ? Name : Source,
      ReadOnly: !RW,
    }),
  )
  // Docker Desktop reports the folders of a mount as in its virtual machine, and in the request as on this computer.
  const requested = (HostConfig.Mounts ?? []).filter(({ Type }) => Type === 'bind')
  const held = await dataOf([...mounts, ...requested], managed)
  return {
    ports: ports.map(({ host }) => host),
    data: withoutProject(held, folder),
    networks: Object.keys(NetworkSettings.Networks),
    listens: HostConfig.NetworkMode === 'host' ? 'host' : 'networks',
  }
}

/** The used part of a mount. */
interface DataMount {
  Type: string
  Source: string
  ReadOnly?: boolean | undefined
}

async function dataOf(mounts: readonly DataMount[], managed: ManagedName): Promise<HeldData[]> {
  const found = await Promise.all(
    mounts.map(async ({ Type, Source, ReadOnly = false }): Promise<HeldData[]> => {
      if (Type === 'volume') return [{ kind: 'volume', source: await managed(Source), readOnly: ReadOnly }]
      if (Type !== 'bind') return []
      const source = await realpath(Source).catch(() => Source)
      return (await holdsData(source)) ? [{ kind: 'bind', source, readOnly: ReadOnly }] : []
    }),
  )
  return found.flat()
}

/**
 * Whether a path on this computer is a folder or a file, as far as can be determined. A socket or a device may have many
 * users.
 */
const holdsData = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory() || found.isFile(),
    () => true,
  )

const joinsAnother = ({ HostConfig: { NetworkMode, PidMode, IpcMode } }: ContainerDetails): boolean =>
  [NetworkMode, PidMode, IpcMode].some((mode) => mode?.startsWith('container:'))
