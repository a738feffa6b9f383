import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { openRecipes } from '../build/read-recipe.ts'
import { trackUncachedSteps } from '../build/uncached-steps.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { chooseVersion } from '../history/choose-version.ts'
import { findPlan } from '../history/find-plan.ts'
import type { VersionRecord } from '../history/fold-ledger.ts'
import { findImages, restoreNames } from '../history/image-names.ts'
import { recoverLedger } from '../history/recover-ledger.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { type CurrentState, readCurrentState } from './current-state.ts'
import { ensureContent } from './ensure-content.ts'
import { launchOfImage } from './image/launch-version.ts'
import { buildAndRecord } from './record-build.ts'
import { withWriterLock } from './with-writer-lock.ts'

/** At most this many of the repeated commands are named. */
const MAX_NAMED = 3

/**
 * The launch of a version in the history. If its image is gone, it is rebuilt from its recipe, with the same pins and
 * inputs and the same id and ordinal. Only for the project's writer.
 * Errors: `version-gone` with what the recipe lacks, `rebuild-failed`, those of pulling base images.
 */
export async function launchOrRebuild(
  host: Host,
  project: Project,
  current: CurrentState,
  record: VersionRecord,
  run: Run,
): Promise<{ launch: Launch; rebuilt: boolean }> {
  const { engine, history } = current
  await recoverLedger(host, project)
  const images = await findImages(engine, project.key, record)
  const plan = images && (await findPlan(host, project, record.id, images.image))
  const launch = plan && (await launchOfImage(host, project, record.id, plan, images))
  if (!launch || launch.hasOtherIds)
    return { launch: await rebuildImages(host, project, current, record, run), rebuilt: true }
  await restoreNames(engine, project.key, record, images, history.knownGood)
  return { launch: await ensureContent(host, project, current, record, launch, run), rebuilt: false }
}

/**
 * Rebuilds the image of a version if it is gone, and changes nothing else. `wanted` names the version.
 * Errors: `version-unknown`, `version-none`, those of `launchOrRebuild`; `busy`.
 */
export function rebuild(host: Host, project: Project, wanted: string, run: Run): Promise<void> {
  return withWriterLock(host, project, 'rebuild', run, async (run) => {
    const current = await readCurrentState(host, project)
    await launchOrRebuild(host, project, current, chooseVersion(project, current.history, wanted), run)
  })
}

async function rebuildImages(
  host: Host,
  project: Project,
  current: CurrentState,
  record: VersionRecord,
  run: Run,
): Promise<Launch> {
  const { ordinal, because } = record
  const recipe = await (await openRecipes(host, project))(record)
  if (!recipe.whole) throw productError('version-gone', { ordinal, missing: recipe.missing })
  const gone = record.services
    ? `An image of v${ordinal} is gone; its images are`
    : `The image of v${ordinal} is gone; it is`
  run.report({ kind: 'note', text: `${gone} built again from its recipe.` })
  const executed = trackUncachedSteps(run)
  const build = recipe.build()
  try {
    const launch = await buildAndRecord(host, project, current, { build, ordinal, because }, executed.run)
    warnOfCommands(ordinal, executed.commands(), run)
    return launch
  } catch (error) {
    throw asRebuildFailure(ordinal, error)
  }
}

/** The pins fix what a build starts from, not what its commands fetch. */
function warnOfCommands(ordinal: number, commands: string[], run: Run): void {
  if (commands.length === 0) return
  const more = commands.length - MAX_NAMED
  const named = commands.slice(0, MAX_NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '')
  const text = `v${ordinal} may contain newer things than before: what its commands fetch is not pinned, and these ran again: ${named}`
  run.report({ kind: 'warning', text })
}

/** The person cannot correct this in the checkout: the failing text is in the recipe. */
function asRebuildFailure(ordinal: number, error: unknown): unknown {
  const own = ['build-failed', 'hook-failed', 'download-changed'] as const
  if (!isProductError(error) || !own.some((code) => error.code === code)) return error
  const output = Array.isArray(error.data['output']) ? (error.data['output'] as string[]) : [error.why]
  return productError('rebuild-failed', { ordinal, problem: error.message, output }, { cause: error })
}
