import { isProductError, productError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Plan } from '../../shared/plan.ts'
import { readLastStart, rememberStart } from '../container/last-start.ts'
import { type Launch, prepareLaunch } from '../container/prepare-launch.ts'
import {
  type EnvironmentContainer,
  type EnvironmentFacts,
  readEnvironment,
} from '../container/read-environment.ts'
import { warnRootOwnedFiles } from '../container/root-owned-files.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import { type DataChange, prepareData } from '../data/stacks/prepare-data.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { removeContainer } from '../docker/containers.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import type { ImageReader } from '../drift/image-files.ts'
import { type Adoption, findAdoption } from '../history/adopt-version.ts'
import type { History } from '../history/fold-ledger.ts'
import { findImage, pointKnownGood } from '../history/image-names.ts'
import { appendLedger, type LedgerEvent } from '../history/ledger.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/quiet-run.ts'
import { AGENT_TARGET, agentFolder, agentFolderOf } from '../personal/agent-folder.ts'
import type { Planned } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { applyDotfiles } from './apply-dotfiles.ts'
import { assertOwned } from './assert-owned.ts'
import { compareVolumes } from './compare-volumes.ts'
import { findPlan } from './find-plan.ts'
import { clearIntent, writeIntent } from './intent.ts'
import { placeContentFiles } from './place-content-files.ts'
import { readContent } from './read-image-content.ts'
import { recordInventory } from './record-inventory.ts'
import { resumeOrStop } from './start-container.ts'
import { swap } from './swap-containers.ts'
import { toolLabel } from './tool-label.ts'
import { imageHere, withIdsOfPerson } from './user-ids.ts'

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
  const [engine, history, start] = await Promise.all([
    host.engine(),
    readHistory(host, project, next),
    readLastStart(host.home.project(project.key)),
  ])
  const facts = await readEnvironment(engine, project, history, start)
  await assertOwned(host, project, facts, history)
  return { engine, history, facts }
}

/**
 * The same for a plan: a version that the history knows only by an older form of its plan gets its new id. `adoption`
 * describes it, for the writer to record.
 */
export async function currentStateFor(
  host: Host,
  project: Project,
  current: CurrentState,
  planned: Planned,
): Promise<{ current: CurrentState; adoption: Adoption | undefined }> {
  const adoption = await findAdoption(host, current.engine, project, current.history, planned)
  return { current: adoption ? await readCurrentState(host, project, [adoption.event]) : current, adoption }
}

/**
 * Removes what a broken swap left behind, and what the engine made for a writer that was killed: it may have been made after
 * the repair. Only for the project's writer.
 */
export async function removeLeftovers(
  engine: Engine,
  { leftovers, unfinished = [] }: EnvironmentFacts,
): Promise<void> {
  const ids = [...leftovers.map(({ id }) => id), ...unfinished]
  await Promise.all(ids.map((id) => removeContainer(engine, id)))
}

/**
 * How a version that exists is started on this computer. Only for the project's writer.
 * Errors: `version-gone`, `plan-lost`, `not-trusted`.
 */
export async function launchOfVersion(
  host: Host,
  project: Project,
  version: { id: VersionId; ordinal: number; image?: string },
): Promise<Launch> {
  const engine = await host.engine()
  const image = await findImage(engine, project.key, version)
  if (!image) throw productError('version-gone', { ordinal: version.ordinal })
  return launchOfImage(
    host,
    project,
    version.id,
    await findPlan(host, project, version.id, image),
    image,
    'bake',
  )
}

/**
 * The launch of an existing container: from its own image, whatever that is called by now.
 * Errors: as `launchOfVersion`.
 */
export async function launchOfContainer(
  host: Host,
  project: Project,
  container: EnvironmentContainer,
): Promise<Launch> {
  const { version } = container
  const image = await inspectImage(await host.engine(), container.image)
  const agent = container.mounts.includes(AGENT_TARGET) ? agentFolderOf(host.home, project.key) : undefined
  if (image)
    return launchOfPlan(
      host,
      project,
      version,
      await findPlan(host, project, version, image),
      image,
      agent,
      'look',
    )
  const { versions } = await readHistory(host, project)
  throw productError('version-gone', {
    ordinal: versions.find((known) => known.id === version)?.ordinal ?? null,
  })
}

/** The launch of a version whose plan and image are known. `role`: as what the image is read. */
export async function launchOfImage(
  host: Host,
  project: Project,
  version: VersionId,
  plan: Plan,
  image: ImageDetails,
  role: ImageReader,
): Promise<Launch> {
  const { local } = await host.engine()
  // Elsewhere the engine would look for the folder on its own computer.
  const agent = local ? await agentFolder(host.home, project.key) : undefined
  const launch = await launchOfPlan(host, project, version, plan, image, agent, role)
  return withIdsOfPerson(host.home, await host.engine(), launch, role)
}

async function launchOfPlan(
  host: Host,
  project: Project,
  version: VersionId,
  plan: Plan,
  image: ImageDetails,
  agent: string | undefined,
  role: ImageReader,
): Promise<Launch> {
  const [service] = plan.services
  if (!service) throw productError('version-mismatch', { problem: 'The plan has no service.' })
  const made = await readContent(await host.engine(), host.home, { key: project.key, version, image }, role)
  const layered = plan.layer !== undefined
  return prepareLaunch(host, project, version, plan.file, service, image, { made, agent, layered })
}

/**
 * Makes a version's environment the current one: swaps it in for what runs, records it, and moves known-good when it
 * is its first time. An image that was `rebuilt` is compared with what the version held before. `data`: what becomes of
 * its data meanwhile.
 * Errors: those of the swap; the failure is recorded.
 */
export async function activate(
  host: Host,
  project: Project,
  launch: Launch,
  current: CurrentState,
  run: Run,
  { rebuilt = false, data }: { rebuilt?: boolean; data?: DataChange } = {},
): Promise<void> {
  const { engine, facts, history } = current
  const folder = host.home.project(project.key)
  const { parts, updateRemoteUserUID } = launch
  const { version } = parts
  const [blue] = facts.containers
  const change = data ?? guardOf(history, blue?.version, version)
  try {
    await swap(
      {
        engine,
        home: host.home.root,
        labels: await toolLabel(launch, run),
        image: await imageHere(engine, launch, run),
        launch,
        blue,
        // Not cancelled by what cancelled the swap.
        resumeBlue: async () => blue && resumeEnvironment(host, project, blue, silentRun()),
        prepareData: (volumes, by) =>
          prepareData(
            { engine, key: project.key, image: parts.image.Id, home: host.home, folder },
            volumes,
            by,
            change,
            run,
          ),
        compareVolumes: (kept) => compareVolumes({ engine, folder, launch, history, blue }, kept, run),
        started: (container) => recordInventory(host, engine, launch, container, rebuilt, run),
        personalize: (container) => applyDotfiles(host, engine, launch, container, run),
        placeFiles: () => placeContentFiles(engine, host.home, project, launch, run),
        restoreFiles: () =>
          restoreFiles(host, project, { engine, containers: facts.containers }, silentRun()),
        onRemoved: () => removeMountPoints(engine, host.home, project),
        inBackground: host.inBackground,
        writeIntent: (green, stops) =>
          writeIntent(folder, { kind: 'swap', green, ...(blue?.running && { blue: blue.id, stops }) }),
        clearIntent: () => clearIntent(folder),
        becomeCurrent: async (start) => {
          const [containers, ids] = [[start.container], updateRemoteUserUID]
          const said = ids !== undefined && { updateRemoteUserUID: ids }
          await appendLedger(folder, { kind: 'ready', version, containers, ...said })
          await rememberStart(folder, start)
        },
      },
      run,
    )
  } catch (error) {
    if (isProductError(error) && error.code !== 'cancelled') {
      const failed = { kind: 'failed', version, code: error.code, message: error.message } as const
      // The first failure is the one reported.
      await appendLedger(folder, failed).catch(() => {})
    }
    throw error
  }
  if (history.proven === undefined) await warnRootOwnedFiles(engine, launch, run)
  const after = await readHistory(host, project)
  if (after.knownGood !== history.knownGood) await pointKnownGood(engine, project.key, after)
  // Where a container was replaced, the intent stays until the next command has seen that it is gone.
  if (!blue) await clearIntent(folder)
}

/** Another version may change the data in a way with which the one that ran until now cannot go on. */
function guardOf(history: History, from: VersionId | undefined, to: VersionId): DataChange | undefined {
  if (from === undefined || from === to) return undefined
  const ordinal = history.versions.find(({ id }) => id === to)?.ordinal
  return { kind: 'guard', name: ordinal === undefined ? 'before' : `before-v${ordinal}`, version: from }
}

/** Restores the single files in the person's folder to those of the given environment. */
export async function restoreFiles(
  host: Host,
  project: Project,
  { engine, containers }: { engine: Engine; containers: EnvironmentContainer[] },
  run: Run,
): Promise<void> {
  const [blue] = containers
  const launch = blue && (await launchOfContainer(host, project, blue))
  await placeContentFiles(engine, host.home, project, launch, run)
}

/**
 * Starts the environment again that a swap had to stop; one that does not become ready is stopped again.
 * Errors: those of `launchOfContainer` and `resumeOrStop`.
 */
export async function resumeEnvironment(
  host: Host,
  project: Project,
  blue: EnvironmentContainer,
  run: Run,
): Promise<void> {
  const launch = await launchOfContainer(host, project, blue)
  const folder = host.home.project(project.key)
  await resumeOrStop(await host.engine(), launch, { container: blue.id, folder }, run)
}
