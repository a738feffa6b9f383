import type { Run } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { managedVolumes } from '../container/launch/managed-volumes.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import type { DataChange } from '../data/volume-layers/apply-change.ts'
import { newestOfVersion } from '../data/volume-layers/change-snapshots.ts'
import { gatherData } from '../data/volume-layers/data-facts.ts'
import type { SnapshotRecord } from '../data/volume-layers/data-record.ts'
import { isEngineStore } from '../data/volume-layers/plan-mount.ts'
import type { DataPlace } from '../data/volume-layers/settle-data.ts'
import { snapshotAndReplace } from '../data/volume-layers/snapshot-and-replace.ts'
import { plannedStack } from '../definition/planned-stack.ts'
import { VersionFiles } from '../definition/version-files.ts'
import { activate } from '../environment/activate.ts'
import { awaitReady } from '../environment/await-ready.ts'
import { readCurrentState, removeLeftovers } from '../environment/current-state.ts'
import { withGrants } from '../environment/planned-change.ts'
import { launchOrRebuild } from '../environment/rebuild.ts'
import { showEnvironment } from '../environment/show-environment.ts'
import { withWriterLock } from '../environment/with-writer-lock.ts'
import { storedPlan } from '../explain/compared-plan.ts'
import { explainChanges } from '../explain/explain-changes.ts'
import { pathFromProject } from '../files/project-paths.ts'
import { chooseVersion } from '../history/choose-version.ts'
import { type History, idToday, type VersionRecord } from '../history/fold-ledger.ts'
import { imageName } from '../history/image-names.ts'
import { appendLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Project } from '../store/open-project.ts'

/**
 * Replaces the environment with a fresh one of a version: the known-good version unless `to` names another. It needs no
 * build, no pull and no registry, unless the version's image is gone: then it is rebuilt from its recipe. With `data`,
 * the data is replaced as well; the old data is captured as a snapshot unless it is discarded.
 * Errors: `version-unknown`, `version-none`, `snapshot-unknown`, `snapshot-gone`, those of `launchOrRebuild` and of the
 * swap and of `awaitReady`; `busy`.
 */
export function reset(
  base: Host,
  project: Project,
  options: {
    to?: string | undefined
    /** The snapshot to restore, or null for empty volumes; without it, the data stays. */
    data?: string | null | undefined
    /** Whether the replaced data is discarded without being captured. */
    discard?: boolean | undefined
    trust?: readonly string[] | undefined
  },
  run: Run,
): Promise<UpResult> {
  const host = withGrants(base, options)
  return withWriterLock(host, project, 'reset', run, async (run) => {
    const found = await readCurrentState(host, project)
    const { facts, engine } = found
    const record = chooseVersion(project, found.history, options.to)
    run.report({ kind: 'plan', ordinal: record.ordinal, because: [] })
    const { launch, rebuilt } = await launchOrRebuild(host, project, found, record, run)
    await removeLeftovers(engine, project, facts)
    const current = rebuilt ? await readCurrentState(host, project) : found
    const data: DataChange | undefined =
      options.data === undefined
        ? undefined
        : {
            kind: 'restore',
            snapshot: options.data,
            version: facts.version ?? null,
            ...(options.discard && { discard: true }),
          }
    const place = { engine, key: project.key, folder: host.home.project(project.key) }
    const swapped = () => activate(host, project, launch, current, run, { rebuilt, ...(data && { data }) })
    if (data) {
      const kept = await snapshotAndReplace(place, swapped)
      if (kept) run.report({ kind: 'note', text: keptText(kept) })
    } else await swapped()
    await appendLedger(place.folder, { kind: 'reset', version: record.id })
    if (data === undefined && facts.version !== record.id)
      await offerData(place, current.history, { launch, ...record }, run)
    const reached = await awaitReady(host, project, launch, await readCurrentState(host, project), run)
    if (facts.version !== record.id) await warnOfToday(host, project, record, launch, run)
    const [before, after] = await Promise.all([
      facts.version && storedPlan(host.home, facts.version),
      storedPlan(host.home, record.id),
    ])
    return {
      project: { path: project.path, name: project.name },
      version: {
        id: record.id,
        ordinal: record.ordinal,
        image: imageName(project.key, record.id),
        ...(record.layerOn && { layer: true }),
      },
      action: rebuilt ? 'built' : facts.containers.length > 0 ? 'recreated' : 'started',
      because: before && after ? explainChanges(host.home, before, after) : [],
      environment: await showEnvironment(host.home, reached),
      lock: { added: [], removed: [] },
    }
  })
}

/** Names the files that have today's content in a version that a person went back to. */
async function warnOfToday(
  host: Host,
  project: Project,
  { id, ordinal }: Pick<VersionRecord, 'id' | 'ordinal'>,
  launch: Launch,
  run: Run,
): Promise<void> {
  const plan = await loadPlan(host.home, id)
  if (!plan) return
  const files = await VersionFiles.open(host, project, id, plan.inputs)
  await plannedStack(host, project, { id, plan }, { made: true, files })
  for (const file of launch.run.options.envFiles ?? []) files.kept(pathFromProject(project, file) ?? file)
  if (files.today.size === 0) return
  const named = [...files.today].sort().map(sanitize).join(', ')
  const text = `v${ordinal} runs with what ${named} holds today: git did not track it, what it was is not kept, or its place is read-only or below a mount.`
  run.report({ kind: 'warning', text })
}

/** Names the snapshot that holds the replaced data. */
const keptText = ({ name }: SnapshotRecord): string =>
  `What the data was is kept: pristine snapshot restore ${name}`

/**
 * Offers the newest snapshot of the data with which a version ran, to a person who went to that version and kept today's
 * data. A snapshot that lacks a volume of the version does not count, because it would restore only a part.
 */
async function offerData(
  place: DataPlace,
  history: History,
  { launch, id, ordinal }: { launch: Launch } & Pick<VersionRecord, 'id' | 'ordinal'>,
  run: Run,
): Promise<void> {
  const volumes = [launch, ...launch.others].flatMap(({ parts }) => managedVolumes(parts))
  const captured = volumes.filter(({ target }) => !isEngineStore(target)).map(({ name }) => name)
  const { state } = await gatherData(place)
  const newest = newestOfVersion(state, (version) => idToday(history, version) === id, captured)
  if (!newest) return
  const text = `The data is as it was. That of the time of v${ordinal} is a snapshot: pristine reset --to v${ordinal} --data ${newest.name}`
  run.report({ kind: 'note', text })
}
