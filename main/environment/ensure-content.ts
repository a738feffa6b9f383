import type { Run } from '../../shared/operation.ts'
import { addContent } from '../build/bake/bake-hooks.ts'
import { Contents } from '../build/kept-contents.ts'
import { historicFolder } from '../build/restore-version-inputs.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { pathsWrittenToWorkspace } from '../data/paths-written-to-workspace.ts'
import { contentHooks } from '../definition/devcontainer/content-hooks.ts'
import { foundAsToday } from '../definition/version-files.ts'
import { builtEvent } from '../history/built-event.ts'
import { findPlan } from '../history/find-plan.ts'
import type { VersionRecord } from '../history/fold-ledger.ts'
import { nameImages, pointKnownGood } from '../history/image-names.ts'
import { appendLedger } from '../history/ledger.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import type { CurrentState } from './current-state.ts'
import { launchOfVersion } from './image/launch-version.ts'
import { clearIntent, writeIntent } from './write-ahead-intent.ts'

/**
 * Ensures that a version's image contains what its content hooks create in this workspace. An image of an older Pristine,
 * or one baked for a workspace at another path, does not: then the hooks run once more, and the result becomes the
 * version's image. Only for the project's writer.
 * Errors: `version-gone` where an input changed and what it was is not kept; those of the hooks; then the intent stays, for what the engine has not removed.
 */
export async function ensureContent(
  host: Host,
  project: Project,
  { engine }: Pick<CurrentState, 'engine'>,
  { id, ordinal }: Pick<VersionRecord, 'id' | 'ordinal'>,
  launch: Launch,
  run: Run,
): Promise<Launch> {
  if (launch.isWhole) return launch
  const folder = host.home.project(project.key)
  const hooks = contentHooks(launch.hooks).join(' and ')
  const text = `v${ordinal} does not contain yet what ${hooks} creates in this workspace; it is created once.`
  run.report({ kind: 'note', text })
  const plan = await findPlan(host, project, id, launch.parts.image)
  const contents = await Contents.open(host, project)
  const historic = await historicFolder(plan, ordinal, contents, foundAsToday(host.home, id))
  await writeIntent(folder, { kind: 'build' })
  const image = await addContent(
    engine,
    launch,
    { home: host.home, historic, placed: await pathsWrittenToWorkspace(host.home, project), env: host.env },
    run,
  )
  await nameImages(engine, project.key, { id, ordinal }, { image })
  await appendLedger(folder, builtEvent({ version: id, ordinal, image, because: [] }, plan))
  const history = await readHistory(host, project)
  if (id === history.knownGood) await pointKnownGood(engine, project.key, history)
  await clearIntent(folder)
  return launchOfVersion(host, project, { id, ordinal, image })
}
