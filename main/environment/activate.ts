import { isProductError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { seedHash } from '../container/launch/seed-hash.ts'
import type { EnvironmentFacts } from '../container/read-environment.ts'
import { warnRootOwnedFiles } from '../container/start/root-owned-files.ts'
import { rememberStart } from '../container/start-record.ts'
import { removeMountPoints } from '../data/mount-points.ts'
import type { DataChange } from '../data/volume-layers/apply-change.ts'
import { prepareData } from '../data/volume-layers/prepare-data.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { History } from '../history/fold-ledger.ts'
import { pointKnownGood } from '../history/image-names.ts'
import { appendLedger } from '../history/ledger.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/silent-run.ts'
import type { Project } from '../store/open-project.ts'
import { applyDotfiles } from './apply-dotfiles.ts'
import type { CurrentState } from './current-state.ts'
import { launchOfContainer, launchOfEnvironment } from './image/launch-version.ts'
import { recordInventories } from './image/record-inventory.ts'
import { toolLabel } from './image/tool-label.ts'
import { imageHere } from './image/update-remote-user-uid.ts'
import { placeContentFiles } from './place-content-files.ts'
import { compareVolumes } from './set/compare-volumes.ts'
import { freezeEnvironment } from './set/pre-snapshot-command.ts'
import { dependentsOf, resumeSet } from './set/resume-set.ts'
import { needsOf } from './set/start-services.ts'
import { stopSet } from './set/stop-set.ts'
import { swap } from './set/swap-set.ts'
import { stopEnvironment } from './stop-environment.ts'
import { clearIntent, type Intent, writeIntent } from './write-ahead-intent.ts'

/**
 * Makes a version's environment the current one: swaps it with what runs, records it, and moves known-good if the version
 * becomes ready for the first time. An image that was `rebuilt` is compared with the version's previous content. `data`:
 * what happens to the data during the swap.
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
  const blue = facts.containers
  const sha256 = seedHash(launch)
  const change = data ?? guardOf(history, facts.version ?? history.current, version)
  try {
    await swap(
      {
        engine,
        home: host.home.root,
        labels: await toolLabel(launch, run),
        image: await imageHere(engine, launch, run),
        launch,
        blue,
        freezeBlue: (ids, run) => freezeEnvironment(host, project, facts, ids, run),
        // Must not be cancelled half-way: the engine would still complete the stop after the container was started again.
        stopBlue: (ids) => stopEnvironment(host, project, facts, ids, silentRun()),
        // The cancellation of the swap does not cancel this.
        resumeBlue: (stopped) => resumeEnvironment(host, project, facts, stopped, silentRun()),
        prepareData: (volumes, fillerOf) =>
          prepareData(
            { engine, key: project.key, image: parts.image.Id, home: host.home, folder },
            { volumes, fillerOf, change, seed: sha256 === undefined ? undefined : { sha256, version } },
            run,
          ),
        compareVolumes: (kept) => compareVolumes({ engine, folder, launch, history, blue }, kept, run),
        started: (members) => recordInventories(host, engine, members, { rebuilt, before: blue }, run),
        personalize: (container) => applyDotfiles(host, engine, launch, container, run),
        placeFiles: () => placeContentFiles(engine, host.home, project, launch, run),
        restoreFiles: () => restoreFiles(host, project, { engine, containers: blue }, silentRun()),
        onRemoved: () => removeMountPoints(engine, host.home, project),
        inBackground: host.inBackground,
        writeIntent: (set, stops) => writeIntent(folder, intentOf(launch, facts, set, stops)),
        clearIntent: () => clearIntent(folder),
        becomeCurrent: async (start, { containers, completed, data }) => {
          const said = {
            ...(updateRemoteUserUID !== undefined && { updateRemoteUserUID }),
            ...(containers.length > 1 && { completed }),
            ...(data !== undefined && { data }),
          }
          await appendLedger(folder, { kind: 'ready', version, containers, ...said })
          await rememberStart(folder, start)
        },
      },
      run,
    )
  } catch (error) {
    if (isProductError(error) && error.code !== 'cancelled') {
      const failed = { kind: 'failed', version, code: error.code, message: error.message } as const
      // Only the first failure is reported.
      await appendLedger(folder, failed).catch(() => {})
    }
    throw error
  }
  if (history.proven === undefined) await warnRootOwnedFiles(engine, launch, run)
  const after = await readHistory(host, project)
  if (after.knownGood !== history.knownGood) await pointKnownGood(engine, project.key, after)
  // If a container was replaced, the intent stays until the next command has seen that the container is gone.
  if (blue.length === 0) await clearIntent(folder)
}

/** Another version may change the data in a way that the previous version cannot use. */
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

/** The intent of a swap. The swap of a single container is written in the form that an older Pristine reads. */
function intentOf(launch: Launch, { containers }: EnvironmentFacts, set: string, stops: string[]): Intent {
  const running = containers.filter((one) => one.running).map(({ id }) => id)
  const [blue] = running
  const isSet = launch.parts.composed !== undefined || containers.some((one) => one.set !== undefined)
  return isSet
    ? { kind: 'swap-set', set, blue: running, stops }
    : { kind: 'swap', green: set, ...(blue && { blue, stops: stops.length > 0 }) }
}

/**
 * Restarts those containers of an environment that had to be stopped, by their ids, and those that are restarted with
 * them. An environment that does not become ready is stopped again.
 * Errors: those of `launchOfEnvironment` and `resumeSet`.
 */
export async function resumeEnvironment(
  host: Host,
  project: Project,
  facts: Pick<EnvironmentFacts, 'containers' | 'version'>,
  stopped: readonly string[],
  run: Run,
): Promise<void> {
  const launch = await launchOfEnvironment(host, project, facts)
  const launches = [launch, ...launch.others]
  const engine = await host.engine()
  const { containers } = facts
  const dependents = dependentsOf(containers, stopped, needsOf(launches))
  await stopSet(engine, dependents, launches, run)
  const all = [...stopped, ...dependents.map(({ id }) => id)]
  await resumeSet(engine, launch, { containers, stopped: all, folder: host.home.project(project.key) }, run)
}
