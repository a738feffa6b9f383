import type { Run } from '../../shared/operation.ts'
import { storeRecipe } from '../build/store-recipe.ts'
import { checkoutBuild } from '../build/version-build.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { builtEvent } from '../history/built-event.ts'
import type { Adoption } from '../history/find-legacy-version.ts'
import { restoreNames } from '../history/image-names.ts'
import { appendLedger } from '../history/ledger.ts'
import { recoverLedger } from '../history/recover-ledger.ts'
import type { Host } from '../host/host.ts'
import type { Planned } from '../plan/plan.ts'
import { holdsPlan, loadInventory, storeInventory } from '../plan/plan-store.ts'
import type { Project } from '../store/open-project.ts'
import { checkImage } from './computer/check-computer.ts'
import { type CurrentState, readCurrentState } from './current-state.ts'
import { ensureContent } from './ensure-content.ts'
import type { PlannedChange } from './planned-change.ts'
import { buildAndRecord } from './record-build.ts'

/**
 * Ensures that the image of a planned change, whose lock is settled, exists and is in the history. Only for the project's writer.
 * Errors: those of building.
 */
export async function ensureImage(
  host: Host,
  project: Project,
  plannedChange: PlannedChange,
  run: Run,
): Promise<{ launch: Launch; current: CurrentState }> {
  const { planned, current, images, launch, ordinal, because } = plannedChange
  await recoverLedger(host, project)
  if (plannedChange.adoption) await adoptVersion(host, project, planned, plannedChange.adoption, run)
  const known = current.history.versions.some((version) => version.id === planned.id)
  const { knownGood } = current.history
  if (images) await restoreNames(current.engine, project.key, { id: planned.id, ordinal }, images, knownGood)
  if (launch && known && (await holdsPlan(host.home, planned.id)))
    return { launch: await withContent(host, project, plannedChange, launch, run), current }
  const contentWriter = await storeRecipe(host.home, project, planned, { whileSent: !launch })
  if (!launch) {
    const build = checkoutBuild(host, project, planned, contentWriter)
    const made = await buildAndRecord(host, project, current, { build, ordinal, because }, run)
    await checkImage(planned.definition, made, current.engine, run)
    return { launch: made, current: await readCurrentState(host, project) }
  }
  if (known) return { launch: await withContent(host, project, plannedChange, launch, run), current }
  // The images exist, but a crash prevented their record.
  const event = { version: planned.id, ordinal, image: launch.parts.image.Id, because }
  const further = new Map([...(images?.further ?? [])].map(([name, { Id }]) => [name, Id]))
  await appendLedger(host.home.project(project.key), builtEvent(event, planned.plan, further))
  return {
    launch: await withContent(host, project, plannedChange, launch, run),
    current: await readCurrentState(host, project),
  }
}

/** An environment that is not replaced keeps the content that it was created with. */
function withContent(
  host: Host,
  project: Project,
  { change, current, planned, ordinal }: PlannedChange,
  launch: Launch,
  run: Run,
): Promise<Launch> {
  if (change.kind === 'none' || change.kind === 'start') return Promise.resolve(launch)
  return ensureContent(host, project, current, { id: planned.id, ordinal }, launch, run)
}

/** At most this many inputs that were not recorded before are named. */
const MAX_NAMED = 3

/**
 * Records that a version's image is known by an older form of its plan. The recipe is written first, so that a crash
 * loses nothing.
 */
async function adoptVersion(
  host: Host,
  project: Project,
  planned: Planned,
  { event, ordinal, recorded }: Adoption,
  run: Run,
): Promise<void> {
  await storeRecipe(host.home, project, planned)
  for (const { name } of planned.plan.services) {
    const service = name === planned.plan.services[0]?.name ? undefined : name
    const contents = await loadInventory(host.home, event.from, service)
    if (contents) await storeInventory(host.home, event.version, contents, service)
  }
  await appendLedger(host.home.project(project.key), event)
  const more = recorded.length - MAX_NAMED
  const named = recorded.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  const text =
    `v${ordinal} has a new id: this Pristine records more of what a version is made of. All that was recorded is the same, so it is not built again.` +
    (named ? ` New on record: ${named}.` : '')
  run.report({ kind: 'note', text })
}
