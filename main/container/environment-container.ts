import type { VersionId } from '../../shared/ids.ts'
import type { PublishedPort } from '../../shared/port.ts'
import type { ServiceHealth } from '../../shared/service.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import type { ContainerDetails, ContainerSummary } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { parseLabel } from '../docker/parse-label.ts'
import type { Ending } from './has-completed.ts'
import { portKey } from './launch/choose-ports.ts'
import { readPortAttributes } from './launch/port-attributes.ts'

/** One container of a project's environment, as the engine lists it. */
export interface EnvironmentContainer {
  id: string
  name: string
  service: string
  /**
   * For services of Compose files: the set that it was created in, the service that a person works in, and whether this is
   * that service.
   */
  set?: string
  entry?: string
  isEntry?: boolean
  version: VersionId
  /** The engine's id of the image that it was created from. */
  image: string
  request: string | undefined
  /** The value of its label `devcontainer.metadata`, which other tools read. */
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
  /** The result of its health check, if it has one and runs. */
  health?: ServiceHealth['kind']
  /** Where the engine says more than whether it runs: never started, or about to be started again by its restart policy. */
  stage?: 'created' | 'restarting'
  /** When it was started last, as the engine writes it, where somebody asked. */
  startedAt?: string
  /** When its program ended, as the engine writes it, if it does not run and this was requested. */
  finishedAt?: string
  /** How many times in a row its health check failed, if it is unhealthy and this was requested. */
  failedChecks?: number
  /** How its program ended, if it does not run and this was requested. */
  exitCode?: number
  /** Whether its program was meant to go on, as far as this was requested: it has ports, its check has passed, or its policy restarts it. */
  isServer?: true
  /** The containers, by their ids or names, whose network or processes it shares, as far as this was requested. */
  joins?: string[]
  /** Whether it runs, and a container that it joins was started after it: what it shares is gone. */
  detached?: true
  /** Whether its program has ended and done what it is for: one of an environment that no person works in. */
  completed?: true
  /** Where it has mounts, inside. */
  mounts: string[]
  /** The engine's names of its volumes. */
  volumes: string[]
  ports: PublishedPort[]
}

/** Whether a container is of the project in a folder: an older, shorter key may be another one's too. */
export const isOf =
  (folder: string) =>
  ({ path }: EnvironmentContainer): boolean =>
    path === undefined || path === folder

/** Containers with the one that a person works in first, and the others of its set by the names of their services. */
export const entryFirst = (containers: EnvironmentContainer[]): EnvironmentContainer[] =>
  containers.toSorted(
    (a, b) =>
      Number(b.isEntry ?? false) - Number(a.isEntry ?? false) ||
      (a.set === undefined || a.service === b.service ? 0 : a.service < b.service ? -1 : 1),
  )

/** A container of an environment from the engine's list. */
export function toContainer(summary: ContainerSummary): EnvironmentContainer {
  const service = summary.Labels[LABEL.service] ?? 'app'
  const health = listedHealth(summary)
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
    // A blank label only hides the image's.
    data: summary.Labels[LABEL.data] || undefined,
    running: ['running', 'paused', 'restarting'].includes(summary.State),
    paused: summary.State === 'paused',
    unhealthy: health === 'unhealthy',
    ...(health && { health }),
    ...stageOf(summary.State),
    ...joinsOf(summary.HostConfig),
    mounts: (summary.Mounts ?? []).map((mount) => mount.Destination),
    volumes: (summary.Mounts ?? []).flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : [])),
    ports: publishedPorts(summary, service),
  }
}

function setOf(
  labels: Record<string, string>,
  service: string,
): Pick<EnvironmentContainer, 'set' | 'entry' | 'isEntry'> {
  const { [LABEL.set]: set, [LABEL.entry]: entry } = labels
  return !set ? {} : { set, ...(entry && { entry }), isEntry: entry === service }
}

function publishedPorts(summary: ContainerSummary, service: string): PublishedPort[] {
  const labels = parseLabel(summary.Labels[LABEL.portLabels])
  const published = summary.Ports.filter((port) => port.PublicPort)
  const useOf = readPortAttributes(published.length > 0 ? summary.Labels[METADATA_LABEL] : undefined)
  return published
    .map((port): PublishedPort => {
      const at = { container: port.PrivatePort, protocol: port.Type === 'udp' ? 'udp' : 'tcp' } as const
      const label = labels[portKey(at)]
      const host = { host: port.PublicPort, address: port.IP ?? '127.0.0.1' }
      return { ...at, ...host, service, ...(label && { label }), ...useOf(at.container) }
    })
    .sort((a, b) => a.container - b.container)
}

/**
 * A listed container updated with its inspected state; undefined if it is gone by now. The list may be late: Docker 28
 * lists a killed container as running for a tenth of a second; an engine whose disk was full lists a started one as
 * stopped.
 */
export function asInspected(
  container: EnvironmentContainer,
  details: Inspected | undefined,
): EnvironmentContainer | undefined {
  if (!details) return undefined
  const { Running, Paused, Health, StartedAt, FinishedAt } = details.State
  const running = Running || Paused
  const unhealthy = Running && Health?.Status === 'unhealthy'
  const { stage: _, health: __, ...listed } = container
  return {
    ...listed,
    ...{ paused: Paused, unhealthy, startedAt: StartedAt },
    // Podman lists the ports of one that is stopped, too.
    ports: running ? container.ports : [],
    ...(!running && { finishedAt: FinishedAt }),
    ...(Running && isHealth(Health?.Status) && { health: Health.Status }),
    ...(unhealthy && { failedChecks: Health?.FailingStreak }),
    ...endingOf(details),
    ...joinsOf(details.HostConfig),
  }
}

/** The list has only the network. */
function joinsOf(
  modes: Partial<Record<'NetworkMode' | 'PidMode' | 'IpcMode', string | undefined>> | undefined,
): Pick<EnvironmentContainer, 'joins'> {
  const joins = [modes?.NetworkMode, modes?.PidMode, modes?.IpcMode].flatMap(
    (mode) => /^container:(.+)$/.exec(mode ?? '')?.[1] ?? [],
  )
  return joins.length > 0 ? { joins } : {}
}

type Inspected = Pick<ContainerDetails, 'State'> & {
  HostConfig?: ContainerDetails['HostConfig']
  Config?: Pick<ContainerDetails['Config'], 'ExposedPorts'>
}

/** Whether and how a container has ended, as the engine shows it. */
export function endingOf(details: Inspected): Ending {
  const { Running, Paused, ExitCode, Status, Error: refused } = details.State
  const running = Running || Paused
  return {
    running,
    ...stageOf(Status),
    // After a start that it refused, the engine shows a code that no program ended with.
    ...(!running && !refused && ExitCode !== undefined && { exitCode: ExitCode }),
    ...(!running && wasServer(details) && { isServer: true }),
  }
}

/**
 * Whether a program that ended was meant to go on: it listens on ports, the engine restarts it whatever it ends with, or its
 * check has passed.
 */
const wasServer = ({ State, HostConfig, Config }: Inspected): boolean =>
  Object.keys(Config?.ExposedPorts ?? {}).length > 0 ||
  ['always', 'unless-stopped'].includes(HostConfig?.RestartPolicy?.Name ?? '') ||
  (State.Health?.Log ?? []).some(({ ExitCode }) => ExitCode === 0)

const isHealth = (status: string | undefined): status is ServiceHealth['kind'] =>
  status === 'starting' || status === 'healthy' || status === 'unhealthy'

/** The list has the health of a container only in its text: "Up 2 minutes (health: starting)". */
function listedHealth({ State, Status }: ContainerSummary): ServiceHealth['kind'] | undefined {
  const [, found] = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(Status) ?? []
  return State === 'running' && isHealth(found) ? found : undefined
}

const stageOf = (state: string | undefined): Pick<EnvironmentContainer, 'stage'> =>
  state === 'created' || state === 'restarting' ? { stage: state } : {}
