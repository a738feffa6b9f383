import type { Environment, EnvironmentState, PublishedPort } from '../../shared/environment.ts'
import type { VersionId } from '../../shared/ids.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import type { Engine } from '../docker/connection/connect.ts'
import {
  type ContainerDetails,
  type ContainerSummary,
  inspectContainer,
  listContainers,
} from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { parseLabel } from '../docker/parse-label.ts'
import { type History, idToday } from '../history/fold-ledger.ts'
import type { Project } from '../store/open-project.ts'
import { portKey } from './choose-ports.ts'
import type { LastStart } from './last-start.ts'
import { readPortUses } from './port-uses.ts'

/** One container of a project's environment, as the engine lists it. */
export interface EnvironmentContainer {
  id: string
  name: string
  service: string
  /** The set that it was made in, where it has the services of Compose files, and whether a person works in it. */
  set?: string
  isEntry?: boolean
  version: VersionId
  /** The engine's id of the image that it was created from. */
  image: string
  request: string | undefined
  /** What its label `devcontainer.metadata` says to other tools. */
  metadata: string | undefined
  /** The data folder of the Pristine that made it. */
  home: string | undefined
  /** The project's folder when it was made. */
  path: string | undefined
  /** The id of the change of the data with which it was made. */
  data?: string | undefined
  /** A paused one runs. */
  running: boolean
  paused: boolean
  unhealthy: boolean
  /** When it was started last, as the engine writes it, where somebody asked. */
  startedAt?: string
  /** How many times in a row its health check failed, if it is unhealthy and this was requested. */
  failedChecks?: number
  /** How its program ended, if it does not run and this was requested. */
  exitCode?: number
  /** Where it has mounts, inside. */
  mounts: string[]
  /** The engine's names of its volumes. */
  volumes: string[]
  ports: PublishedPort[]
}

/** A project's environment as it is: the containers that are current, and those left over from a broken swap. */
export interface EnvironmentFacts {
  state: EnvironmentState
  version?: VersionId
  /** The first is the one that a person works in. */
  containers: EnvironmentContainer[]
  leftovers: EnvironmentContainer[]
  /** The ids of containers that only a writer of the project makes, and removes: left by one that was killed. */
  unfinished?: string[]
  /** The path of the workspace on this computer, where another folder is there by now than the one that is mounted. */
  replacedFolder?: string
  /** Whether its container was started again since it became ready, without its start hooks. */
  restarted?: true
}

/**
 * Lists a project's containers once and determines which of them form its environment. `start`: the last one that was
 * recorded.
 */
export async function readEnvironment(
  engine: Engine,
  project: Project,
  history: History,
  start: LastStart | undefined,
): Promise<EnvironmentFacts> {
  const listed = await listContainers(engine, [`${LABEL.project}=${project.key}`])
  const ofRole = (role: string) => listed.filter(({ Labels }) => Labels[LABEL.role] === role)
  const own = ofRole('environment').map(toContainer).filter(isOf(project.path))
  const asked = await Promise.all(
    own.map(async (one) => asInspected(one, await inspectContainer(engine, one.id))),
  )
  const facts = environmentFacts(
    asked.filter((container) => container !== undefined),
    history,
    start,
  )
  const unfinished = ofRole('bake').map(({ Id }) => Id)
  return unfinished.length > 0 ? { ...facts, unfinished } : facts
}

/**
 * A listed container updated with its inspected state; undefined if it is gone by now. The list may be late: Docker 28
 * lists a killed container as running for a tenth of a second; an engine whose disk was full lists a started one as
 * stopped.
 */
export function asInspected(
  container: EnvironmentContainer,
  details: Pick<ContainerDetails, 'State'> | undefined,
): EnvironmentContainer | undefined {
  if (!details) return undefined
  const { Running, Paused, Health, ExitCode, StartedAt } = details.State
  const [running, unhealthy] = [Running || Paused, Running && Health?.Status === 'unhealthy']
  // Podman lists the ports of one that is stopped, too.
  const ports = running ? container.ports : []
  const found = { ...container, running, paused: Paused, unhealthy, startedAt: StartedAt, ports }
  return running || ExitCode === undefined ? found : { ...found, exitCode: ExitCode }
}

/** Whether a container is of the project in a folder: an older, shorter key may be another one's too. */
export const isOf =
  (folder: string) =>
  ({ path }: EnvironmentContainer): boolean =>
    path === undefined || path === folder

/** Lists the containers of all projects' environments once, by their project's key. */
export async function listEnvironments(engine: Engine): Promise<Map<string, EnvironmentContainer[]>> {
  const listed = await listContainers(engine, [LABEL.project, `${LABEL.role}=environment`])
  const counted = await Promise.all(
    listed.map(async (one) => ({
      key: one.Labels[LABEL.project] ?? '',
      container: await withFailedChecks(engine, toContainer(one)),
    })),
  )
  const byProject = Map.groupBy(counted, ({ key }) => key)
  return new Map([...byProject].map(([key, found]) => [key, found.map(({ container }) => container)]))
}

/** Only inspecting the container shows how often its check failed. */
async function withFailedChecks(
  engine: Engine,
  container: EnvironmentContainer,
): Promise<EnvironmentContainer> {
  if (!container.unhealthy) return container
  const failedChecks = (await inspectContainer(engine, container.id))?.State.Health?.FailingStreak
  return failedChecks === undefined ? container : { ...container, failedChecks }
}

/** The largest number of consecutive health check failures of unhealthy containers; null if unknown. */
export function failedChecks(containers: EnvironmentContainer[]): number | null {
  const known = containers.flatMap((container) => container.failedChecks ?? [])
  return known.length > 0 ? Math.max(...known) : null
}

/**
 * The current containers are those that the ledger names. When it names none that exist (a lost ledger), the newest
 * running one serves, with those of its set: the engine lists newest first. `start` is the one with which the environment
 * became ready last.
 */
export function environmentFacts(
  listed: EnvironmentContainer[],
  history: History,
  start?: LastStart,
): EnvironmentFacts {
  const all = listed.map((container) => ({ ...container, version: idToday(history, container.version) }))
  const named = all.filter((container) => history.containers.includes(container.id))
  const newest = all.find((container) => container.running) ?? all[0]
  const current = entryFirst(named.length > 0 ? named : newest ? all.filter(isWith(newest)) : [])
  const [first] = current
  const known = first?.running && start?.container === first.id ? start : undefined
  const again = known && isAnotherTime(known.startedAt, first?.startedAt)
  // A paused one first goes on where it was.
  const restarted = again === true && known?.hasHooks === true && !first?.paused
  return {
    state: stateOf(current, { becameReady: named.length > 0, restarted }),
    ...(first && { version: versionOf(first, named.length > 0 ? history : undefined) }),
    containers: current,
    leftovers: all.filter((container) => !current.includes(container)),
    ...(again === false && known?.replacedFolder !== undefined && { replacedFolder: known.replacedFolder }),
    ...(restarted && { restarted }),
  }
}

const isWith =
  (one: EnvironmentContainer) =>
  (other: EnvironmentContainer): boolean =>
    one === other || (one.set !== undefined && one.set === other.set)

/** Containers with the one that a person works in first, and the others of its set by the names of their services. */
export const entryFirst = (containers: EnvironmentContainer[]): EnvironmentContainer[] =>
  containers.toSorted(
    (a, b) =>
      Number(b.isEntry ?? false) - Number(a.isEntry ?? false) ||
      (a.set === undefined || a.service === b.service ? 0 : a.service < b.service ? -1 : 1),
  )

/** What was kept of an older version still has its label. */
const versionOf = (first: EnvironmentContainer, history: History | undefined): VersionId =>
  (first.set === undefined ? undefined : history?.current) ?? first.version

/** Whether a container has ended and done what it is for: one that no person works in, and that ended with 0. */
export const isComplete = ({ set, isEntry, running, exitCode }: EnvironmentContainer): boolean =>
  set !== undefined && !isEntry && !running && exitCode === 0

/** Whether two times of the engine differ; undefined if one is unknown. Podman writes local times, whose zone may change. */
function isAnotherTime(before: string, now: string | undefined): boolean | undefined {
  const [then, today] = [Date.parse(before), Date.parse(now ?? '')]
  return Number.isNaN(then) || Number.isNaN(today) ? undefined : then !== today
}

function stateOf(
  containers: EnvironmentContainer[],
  { becameReady, restarted }: { becameReady: boolean; restarted: boolean },
): EnvironmentState {
  const [first] = containers
  if (!first) return 'absent'
  if (!first.running) return 'stopped'
  if (containers.some((container) => container.paused)) return 'paused'
  if (restarted) return 'starting'
  const hasEnded = (one: EnvironmentContainer) => !one.running && !isComplete(one)
  if (containers.some((container) => container.unhealthy || hasEnded(container))) return 'unhealthy'
  return becameReady ? 'ready' : 'starting'
}

function toContainer(summary: ContainerSummary): EnvironmentContainer {
  const service = summary.Labels[LABEL.service] ?? 'app'
  return {
    id: summary.Id,
    name: (summary.Names[0] ?? summary.Id).replace(/^\//, ''),
    service,
    ...setOf(summary.Labels, service),
    version: (summary.Labels[LABEL.version] ?? '') as VersionId,
    image: summary.ImageID,
    request: summary.Labels[LABEL.request],
    metadata: summary.Labels[METADATA_LABEL],
    home: summary.Labels[LABEL.home],
    path: summary.Labels[LABEL.path],
    data: summary.Labels[LABEL.data],
    running: summary.State === 'running' || summary.State === 'paused',
    paused: summary.State === 'paused',
    unhealthy: /\(unhealthy\)/.test(summary.Status),
    mounts: (summary.Mounts ?? []).map((mount) => mount.Destination),
    volumes: (summary.Mounts ?? []).flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : [])),
    ports: publishedPorts(summary, service),
  }
}

function setOf(
  labels: Record<string, string>,
  service: string,
): Pick<EnvironmentContainer, 'set' | 'isEntry'> {
  const set = labels[LABEL.set]
  return set === undefined ? {} : { set, isEntry: labels[LABEL.entry] === service }
}

function publishedPorts(summary: ContainerSummary, service: string): PublishedPort[] {
  const labels = parseLabel(summary.Labels[LABEL.portLabels])
  const published = summary.Ports.filter((port) => port.PublicPort)
  const useOf = readPortUses(published.length > 0 ? summary.Labels[METADATA_LABEL] : undefined)
  return published
    .map((port): PublishedPort => {
      const at = { container: port.PrivatePort, protocol: port.Type === 'udp' ? 'udp' : 'tcp' } as const
      const label = labels[portKey(at)]
      const host = { host: port.PublicPort, address: port.IP ?? '127.0.0.1' }
      return { ...at, ...host, service, ...(label && { label }), ...useOf(at.container) }
    })
    .sort((a, b) => a.container - b.container)
}

/** The facts in the form that people and scripts see. */
export function describeEnvironment(facts: EnvironmentFacts): Environment {
  return {
    state: facts.state,
    containers: facts.containers.map(({ id, name, service, exitCode }) => ({
      ...{ id, name, service },
      ...(exitCode !== undefined && { exitCode }),
    })),
    ports: facts.containers.flatMap((container) => container.ports),
  }
}
