import { type EnvironmentFacts, readEnvironment } from '../container/read-environment.ts'
import { readLastStart } from '../container/start-record.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { removeContainer } from '../docker/containers.ts'
import { type Adoption, findLegacyVersion } from '../history/find-legacy-version.ts'
import type { History } from '../history/fold-ledger.ts'
import type { LedgerEvent } from '../history/ledger.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import type { Planned } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { assertOwned } from './assert-owned.ts'
import { removeNetworks } from './set/remove-networks.ts'

/** A project's history and its environment on the engine, read together. */
export interface CurrentState {
  engine: Engine
  history: History
  facts: EnvironmentFacts
}

/** `next` are events that are about to be written. Errors: `environment-elsewhere`, `ledger-unreadable`; those of the engine. */
export async function readCurrentState(
  host: Host,
  project: Project,
  next: LedgerEvent[] = [],
): Promise<CurrentState> {
  const folder = host.home.project(project.key)
  const [engine, history, start] = await Promise.all([
    host.engine(),
    readHistory(host, project, next),
    readLastStart(folder),
  ])
  const facts = await readEnvironment(engine, project, history, start, folder)
  await assertOwned(host, project, facts, history)
  return { engine, history, facts }
}

/**
 * The same for a plan. A version that is in the history only with an older form of its plan gets its new id; `adoption`
 * describes this, for the writer to record.
 */
export async function currentStateFor(
  host: Host,
  project: Project,
  current: CurrentState,
  planned: Planned,
): Promise<{ current: CurrentState; adoption: Adoption | undefined }> {
  const adoption = await findLegacyVersion(host, current.engine, project, current.history, planned)
  return { current: adoption ? await readCurrentState(host, project, [adoption.event]) : current, adoption }
}

/**
 * Removes what an interrupted swap left behind, and what the engine created for a killed writer, possibly after the
 * repair. Only for the project's writer.
 */
export async function removeLeftovers(
  engine: Engine,
  project: Project,
  { containers, leftovers, unfinished = [] }: EnvironmentFacts,
): Promise<void> {
  const ids = [...leftovers.map(({ id }) => id), ...unfinished]
  await Promise.all(ids.map((id) => removeContainer(engine, id)))
  const sets = containers.flatMap(({ set }) => set ?? [])
  await removeNetworks(engine, project, sets)
}
