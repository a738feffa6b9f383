import { connectionsOf } from '../container/compose-request.ts'
import { managedVolumes, sharesNetwork } from '../container/create-request.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { inspectVolume } from '../docker/volumes.ts'
import type { Member } from './create-member.ts'

/**
 * The ids of the old containers that must stop before the new ones start, those that need others first: they hold a port of
 * this computer, data that only one of them may write, or a name in a network that both are in. Where the old ones share
 * namespaces, all stop. Without `data` the new ones write other data than the old ones.
 */
export async function contestedContainers(
  engine: Engine,
  members: readonly Member[],
  blue: readonly EnvironmentContainer[],
  { data }: { data: boolean },
): Promise<string[]> {
  const running = blue.filter((one) => one.running)
  const all = wantedBy(members)
  const wanted = data ? all : { ...all, volumes: new Set<string>() }
  const managed = await managedNames(engine, running)
  const contested = running.filter((one) => isContested(one, managed, wanted))
  if (contested.length === 0) return []
  if (running.length === contested.length || !(await joinEachOther(engine, running)))
    return contested.map(({ id }) => id)
  return running.map(({ id }) => id)
}

/** What the new containers need for themselves. */
interface Wanted {
  ports: Set<number>
  /** Managed volumes that they write. */
  volumes: Set<string>
  /** Whether they listen in a network whose ports are unknown, or have names in one that is there already. */
  isElsewhere: boolean
}

function wantedBy(members: readonly Member[]): Wanted {
  const volumes = members.flatMap(({ launch: { parts } }) => managedVolumes(parts))
  return {
    ports: new Set(members.flatMap(({ ports }) => ports.map(({ host }) => host))),
    volumes: new Set(volumes.flatMap(({ name, readOnly }) => (readOnly ? [] : [name]))),
    isElsewhere: members.some(({ launch }) => {
      const { composed } = launch.parts
      if (!composed) return sharesNetwork(launch.run)
      const { network } = launch.run.options
      return (
        network === 'host' ||
        network?.startsWith('container:') === true ||
        connectionsOf(composed, EXTERNAL_ONLY).some(({ network: name }) => name !== '')
      )
    }),
  }
}

/** Networks of the set's own are new. */
const EXTERNAL_ONLY = { network: () => '', container: () => '' }

/** What the volumes of sets are to the project, by the engine's names: one that is managed may have parts. */
async function managedNames(
  engine: Engine,
  running: readonly EnvironmentContainer[],
): Promise<Map<string, string>> {
  const names = new Set(running.flatMap(({ set, volumes }) => (set === undefined ? [] : volumes)))
  const found = await Promise.all(
    [...names].map(async (name) => {
      const part = (await inspectVolume(engine, name))?.Labels?.[LABEL.part]
      return [name, part ?? name] as const
    }),
  )
  return new Map(found)
}

function isContested(
  { ports, volumes, set }: EnvironmentContainer,
  managed: ReadonlyMap<string, string>,
  wanted: Wanted,
): boolean {
  if (wanted.isElsewhere || ports.some(({ host }) => wanted.ports.has(host))) return true
  // A container that is alone in its environment has the same volumes at all times.
  return set === undefined
    ? wanted.volumes.size > 0
    : volumes.some((name) => wanted.volumes.has(managed.get(name) ?? name))
}

async function joinEachOther(engine: Engine, running: readonly EnvironmentContainer[]): Promise<boolean> {
  const details = await Promise.all(running.map(({ id }) => inspectContainer(engine, id)))
  return details.some((one) =>
    [one?.HostConfig.NetworkMode, one?.HostConfig.PidMode, one?.HostConfig.IpcMode].some((mode) =>
      mode?.startsWith('container:'),
    ),
  )
}
