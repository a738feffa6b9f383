import { isProductError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { permissionsOfProject, variablesOfImages } from '../environment/computer/project-permissions.ts'
import type { UpOptions } from '../environment/planned-change.ts'
import type { Host } from '../host/host.ts'
import { isShared, readProjectOffline } from '../lock/read-project-offline.ts'
import { silentRun } from '../operation/silent-run.ts'
import { type Planned, planReading } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { requireDefaultPermissions } from '../trust/require-trust.ts'
import { ensureBuilt } from '../verbs/up.ts'
import { runWatched } from './run-watched.ts'
import type { ChangeWatcher } from './watch-changes.ts'

/** The watch in which a version is built. */
interface WatchedBuild {
  host: Host
  project: Project
  options: UpOptions
  watcher: Pick<Run, 'signal' | 'report'>
  changes: ChangeWatcher
}

/**
 * Builds a version, unless the definition comes to want another one meanwhile: then that build is given up without an error,
 * and the next check finds the newest. Errors: those of building.
 */
export async function buildUnlessSuperseded(watched: WatchedBuild, { id: wanted }: Planned): Promise<void> {
  const { host, project, options, watcher } = watched
  const superseded = new AbortController()
  const done = new AbortController()
  const until = AbortSignal.any([done.signal, watcher.signal])
  const guard = abortWhenSuperseded(watched, wanted, superseded, until)
  try {
    await runWatched(host, watcher, (run) => ensureBuilt(host, project, options, run), superseded.signal)
  } catch (error) {
    // What changes while it is sent or copied fails the build, too.
    const changed = isProductError(error, 'input-changed') || superseded.signal.aborted
    if (!changed && (await wantedNow(watched)) === wanted) throw error
  } finally {
    done.abort()
    await guard
  }
}

async function abortWhenSuperseded(
  watched: WatchedBuild,
  wanted: VersionId,
  build: AbortController,
  until: AbortSignal,
): Promise<void> {
  const { changes } = watched
  while (!until.aborted && !build.signal.aborted) {
    await changes.waitUntilSettled(until)
    if (until.aborted) return
    if ((await wantedNow(watched)) !== wanted) build.abort()
  }
  // The next check must not take this one's result for its own.
  changes.trigger()
}

/** What the definition wants now; undefined while it cannot be planned. */
const wantedNow = (watched: WatchedBuild): Promise<VersionId | undefined> =>
  planNow(watched).then(
    ({ id }) => id,
    () => undefined,
  )

/** Planning may send a new name to a registry, so what the name is made of has to be granted. */
async function planNow({ host, project, options, watcher: { signal } }: WatchedBuild): Promise<Planned> {
  const { definition } = options
  const read = await readProjectOffline(host.env, project, { definition, shared: isShared(options) })
  const requested = await permissionsOfProject(host, project, read)
  await requireDefaultPermissions(host, project, requested, variablesOfImages(read))
  return planReading(host, project, read, options, { ...silentRun(), signal })
}
