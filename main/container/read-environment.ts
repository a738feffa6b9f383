import type { EnvironmentState } from '../../shared/environment.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer, listContainers } from '../docker/containers.ts'
import { LABEL } from '../docker/labels.ts'
import { type History, idToday } from '../history/fold-ledger.ts'
import type { Project } from '../store/open-project.ts'
import {
  asInspected,
  type EnvironmentContainer,
  entryFirst,
  isOf,
  toContainer,
} from './environment-container.ts'
import { type ExitRecords, isEndKnown, learnEnds, readEnds, wasEnded } from './exit-records.ts'
import { hasCompleted } from './has-completed.ts'
import type { StartRecord } from './start-record.ts'

/** A project's environment as it is: the containers that are current, and those left over from a broken swap. */
export interface EnvironmentFacts {
  state: EnvironmentState
  version?: VersionId
  /** The first is the one that a person works in. */
  containers: EnvironmentContainer[]
  leftovers: EnvironmentContainer[]
  /** The names of services that had completed and whose containers somebody removed: they need none. */
  pruned?: string[]
  /** The ids of containers that only a writer of the project makes, and removes: left by one that was killed. */
  unfinished?: string[]
  /** The path of the workspace on this computer, where another folder is there by now than the one that is mounted. */
  replacedFolder?: string
  /** The path of a mounted file on this computer, where another file is there by now than the one that is mounted. */
  replacedFile?: string
  /** Whether its container was started again since it became ready, without what runs after each start. */
  restarted?: true
  /** Whether it became ready, and a container's health check has not passed since it was started again. */
  checking?: true
}

/**
 * Lists a project's containers once and determines which of them form its environment. `start`: the last one that was
 * recorded; `folder`: the project's, of the home.
 */
export async function readEnvironment(
  engine: Engine,
  project: Project,
  history: History,
  start: StartRecord | undefined,
  folder: string,
): Promise<EnvironmentFacts> {
  const listed = await listContainers(engine, [`${LABEL.project}=${project.key}`])
  const ofRole = (role: string) => listed.filter(({ Labels }) => Labels[LABEL.role] === role)
  const own = ofRole('environment').map(toContainer).filter(isOf(project.path))
  const asked = await Promise.all(
    own.map(async (one) => asInspected(one, await inspectContainer(engine, one.id))),
  )
  const found = asked.filter((container) => container !== undefined)
  const facts = await settledFacts(async () => engine, folder, found, history, start)
  const unfinished = ofRole('bake').map(({ Id }) => Id)
  return unfinished.length > 0 ? { ...facts, unfinished } : facts
}

/** Lists the containers of all projects' environments once, by their project's key. */
export async function listEnvironments(engine: Engine): Promise<Map<string, EnvironmentContainer[]>> {
  const listed = await listContainers(engine, [LABEL.project, `${LABEL.role}=environment`])
  const all = listed.map((one) => ({ key: one.Labels[LABEL.project] ?? '', container: toContainer(one) }))
  const running = new Set(all.flatMap(({ container: { set, running } }) => (set && running ? [set] : [])))
  const found = await Promise.all(
    all.map(async ({ key, container }) => {
      // Only inspecting shows when one was started, what its check says, and how the program of one ended whose environment
      // runs.
      if (!container.running && !running.has(container.set ?? '')) return [{ key, container }]
      const known = asInspected(container, await inspectContainer(engine, container.id))
      return known ? [{ key, container: known }] : []
    }),
  )
  const byProject = Map.groupBy(found.flat(), ({ key }) => key)
  return new Map([...byProject].map(([key, own]) => [key, own.map(({ container }) => container)]))
}

/** The largest number of consecutive health check failures of unhealthy containers; null if unknown. */
export function failedChecks(containers: EnvironmentContainer[]): number | null {
  const known = containers.flatMap((container) => container.failedChecks ?? [])
  return known.length > 0 ? Math.max(...known) : null
}

/**
 * As `environmentFacts`, after the engine was asked whether somebody stopped services that seem to have completed, where nobody
 * knows. `folder`: the project's, of the home.
 */
export async function settledFacts(
  openEngine: () => Promise<Engine>,
  folder: string,
  listed: EnvironmentContainer[],
  history: History,
  start: StartRecord | undefined,
): Promise<EnvironmentFacts> {
  const ends = await readEnds(folder)
  const facts = environmentFacts(listed, history, start, ends)
  const undecided = facts.containers.filter(
    (one) => one.completed && !history.completed?.includes(one.service) && !isEndKnown(one, ends),
  )
  if (undecided.length === 0) return facts
  const existing = new Set(listed.map(({ id }) => id))
  const learned = await learnEnds(openEngine, folder, undecided, ends, existing)
  return environmentFacts(listed, history, start, learned)
}

/**
 * The current containers are those that the ledger names. When it names none that exist (a lost ledger), the newest
 * running one serves, with those of its set: the engine lists newest first. `start` is the one with which the environment
 * became ready last, `ends` how services ended.
 */
export function environmentFacts(
  listed: EnvironmentContainer[],
  history: History,
  start?: StartRecord,
  ends: ExitRecords = {},
): EnvironmentFacts {
  const all = listed.map((container) => ({ ...container, version: idToday(history, container.version) }))
  const named = all.filter((container) => history.containers.includes(container.id))
  const newest = all.find((container) => container.running) ?? all[0]
  const known = named.length > 0 ? history.completed : undefined
  const found = entryFirst(named.length > 0 ? named : newest ? all.filter(isWith(newest)) : [])
  const current = found.map((one) => ({
    ...one,
    // The engine begins with its own checks an interval after the start; until then only Pristine has seen one pass.
    ...(one.health === 'starting' && hasBecomeReady(one, start) && { health: 'healthy' as const }),
    ...(isCompleted(one, known, ends) && { completed: true as const }),
    ...(isDetached(one, found) && { detached: true as const }),
  }))
  const [first] = current
  const last = first?.running && start?.container === first.id ? start : undefined
  const again = last && isAnotherTime(last.startedAt, first?.startedAt)
  // A paused one first goes on where it was.
  const restarted = again === true && last?.hasHooks === true && !first?.paused
  const pruned = known?.filter((name) => current.every(({ service }) => service !== name)) ?? []
  const becameReady = named.length > 0
  const state = stateOf(current, { history, pruned, restarted })
  return {
    state,
    ...(first && { version: versionOf(first, named.length > 0 ? history : undefined) }),
    containers: current,
    leftovers: all.filter(({ id }) => current.every((one) => one.id !== id)),
    ...(again === false && last?.replacedFolder !== undefined && { replacedFolder: last.replacedFolder }),
    ...(again === false && last?.replacedFile !== undefined && { replacedFile: last.replacedFile }),
    ...(restarted && { restarted }),
    ...(state === 'starting' && becameReady && !restarted && { checking: true }),
    ...(pruned.length > 0 && { pruned }),
  }
}

/**
 * Facts of containers, by their ids, whose checks were seen to pass: the engine, which calls them unhealthy, notices that
 * only at its next check.
 */
export function withPassedChecks(
  facts: EnvironmentFacts,
  history: History,
  passed: readonly string[],
): EnvironmentFacts {
  const containers = facts.containers.map((one) =>
    passed.includes(one.id) ? { ...one, unhealthy: false, health: 'healthy' as const } : one,
  )
  const { pruned = [], restarted = false } = facts
  return { ...facts, containers, state: stateOf(containers, { history, pruned, restarted }) }
}

/** Whether a container goes on since a start with which it became ready. */
function hasBecomeReady({ id, startedAt }: EnvironmentContainer, start: StartRecord | undefined): boolean {
  const then = start?.ready?.[id] ?? (start?.container === id ? start.startedAt : '')
  return isAnotherTime(then, startedAt) === false
}

/** `known`: the names of the services that had completed when their environment became ready, where that is recorded. */
const isCompleted = (
  one: EnvironmentContainer,
  known: readonly string[] | undefined,
  ends: ExitRecords,
): boolean => {
  const isOneShot = known?.includes(one.service) === true
  return (
    one.set !== undefined &&
    !one.isEntry &&
    (isOneShot || !wasEnded(one, ends)) &&
    hasCompleted(one, isOneShot)
  )
}

/** Whether the network or the processes that a container shares are gone, because that container was started again. */
const isDetached = (one: EnvironmentContainer, all: readonly EnvironmentContainer[]): boolean =>
  one.running &&
  all.some(
    ({ id, name, running, startedAt = '' }) =>
      running &&
      (one.joins?.includes(id) || one.joins?.includes(name)) &&
      Date.parse(startedAt) > Date.parse(one.startedAt ?? ''),
  )

const isWith =
  (one: EnvironmentContainer) =>
  (other: EnvironmentContainer): boolean =>
    one === other || (one.set !== undefined && one.set === other.set)

/** What was kept of an older version still has its label. */
const versionOf = (first: EnvironmentContainer, history: History | undefined): VersionId =>
  (first.set === undefined ? undefined : history?.current) ?? first.version

/** Whether two times of the engine differ; undefined if one is unknown. Podman writes local times, whose zone may change. */
function isAnotherTime(before: string, now: string | undefined): boolean | undefined {
  const [then, today] = [Date.parse(before), Date.parse(now ?? '')]
  return Number.isNaN(then) || Number.isNaN(today) ? undefined : then !== today
}

function stateOf(
  containers: EnvironmentContainer[],
  { history, pruned, restarted }: { history: History; pruned: readonly string[]; restarted: boolean },
): EnvironmentState {
  const [first] = containers
  if (!first) return 'absent'
  const named = containers.filter(({ id }) => history.containers.includes(id))
  const becameReady = named.length > 0
  const isWhole = !becameReady || named.length + pruned.length === history.containers.length
  // Somebody may have removed the one that a person works in.
  const entries = first.set === undefined || first.isEntry ? [first] : containers
  if (!entries.some(({ running }) => running)) return 'stopped'
  if (containers.some((container) => container.paused)) return 'paused'
  if (restarted) return 'starting'
  const hasEnded = (one: EnvironmentContainer) => !one.running && !one.completed
  const isBroken = (one: EnvironmentContainer) =>
    one.unhealthy || one.detached || one.stage === 'restarting' || hasEnded(one)
  if (!isWhole || containers.some(isBroken)) return 'unhealthy'
  const isChecking = containers.some(({ health }) => health === 'starting')
  return becameReady && !isChecking ? 'ready' : 'starting'
}
