import type { Run } from '../../shared/operation.ts'
import { keepRecipe } from '../build/recipe.ts'
import { checkoutBuild } from '../build/version-build.ts'
import type { Host } from '../host.ts'
import { writeLock } from '../lock/file.ts'
import type { Project } from '../project/open.ts'
import { keepNames } from '../version/images.ts'
import { appendLedger } from '../version/ledger.ts'
import { loadPlan } from '../version/recipes.ts'
import { recoverLedger } from '../version/recover.ts'
import { type Current, readCurrent } from './current.ts'
import type { Launch } from './launch.ts'
import { makeVersion } from './make-version.ts'
import type { Outlook } from './outlook.ts'

/**
 * Sees to it that the lock is written, the image is there and the history knows it. Only for the project's writer.
 * Errors: those of building.
 */
export async function provideVersion(
  host: Host,
  project: Project,
  outlook: Outlook,
  run: Run,
): Promise<{ launch: Launch; current: Current }> {
  const { planned, current, launch, ordinal, because } = outlook
  const { next, added, removed, file } = planned.lock
  // A lock that says the same already stays as it is, however it is written.
  if (added.length > 0 || removed.length > 0) {
    await writeLock(file, next)
    // Said here, because the file stays in the person's folder whatever comes of the build.
    const note = (text: string) => run.report({ kind: 'note', text: `pristine.lock: ${text}` })
    for (const reference of added) note(`pinned ${reference}`)
    for (const reference of removed) note(`dropped ${reference}`)
  }
  await recoverLedger(host, project)
  const known = current.history.versions.some((version) => version.id === planned.id)
  const { knownGood } = current.history
  if (launch)
    await keepNames(current.engine, project.key, { id: planned.id, ordinal }, launch.parts.image, knownGood)
  if (launch && known && (await loadPlan(host.home, planned.id))) return { launch, current }
  await keepRecipe(host.home, project, planned)
  if (!launch) {
    const build = checkoutBuild(host.home, project, planned)
    const made = await makeVersion(host, project, current, { build, ordinal, because }, run)
    return { launch: made, current: await readCurrent(host, project) }
  }
  if (known) return { launch, current }
  // The image is there, and a crash came before it was recorded.
  const event = { version: planned.id, ordinal, image: launch.parts.image.Id, because }
  await appendLedger(host.home.project(project.key), { kind: 'built', ...event })
  return { launch, current: await readCurrent(host, project) }
}
