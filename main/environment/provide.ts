import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { buildVersion } from '../build/build.ts'
import { removeTag } from '../docker/images.ts'
import type { Host } from '../host.ts'
import { writeLock } from '../lock/file.ts'
import type { Project } from '../project/open.ts'
import { buildingName, keepNames, nameImage } from '../version/images.ts'
import { appendLedger } from '../version/ledger.ts'
import { type Current, launchVersion, readCurrent } from './current.ts'
import { clearIntent, writeIntent } from './intent.ts'
import type { Launch } from './launch.ts'
import type { Outlook } from './outlook.ts'
import { removeUnfinished } from './reconcile.ts'

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
  const { planned, current, launch } = outlook
  const { next, added, removed, file } = planned.lock
  // A lock that says the same already stays as it is, however it is written.
  if (added.length > 0 || removed.length > 0) await writeLock(file, next)
  const ready = launch ?? (await build(host, project, outlook, run))
  const version = { id: planned.id, ordinal: outlook.ordinal }
  await keepNames(current.engine, project.key, version, ready.parts.image, current.history.knownGood)
  const known = current.history.versions.some(({ id }) => id === planned.id)
  if (launch && known) return { launch, current }
  // The image is there, but its history was lost.
  if (launch) await record(host, project, outlook, launch.parts.image.Id)
  return { launch: ready, current: await readCurrent(host, project) }
}

async function build(host: Host, project: Project, outlook: Outlook, run: Run): Promise<Launch> {
  const { planned, ordinal, current } = outlook
  const { engine } = current
  const folder = host.home.project(project.key)
  await removeUnfinished(engine, project)
  await writeIntent(folder, { kind: 'build' })
  const end = async () => {
    await removeTag(engine, buildingName(project.key, planned.id))
    await clearIntent(folder)
  }
  try {
    const images = await buildVersion({ engine, home: host.home, env: host.env }, project, planned, run)
    for (const image of images.values()) {
      await nameImage(engine, project.key, planned.id, ordinal, image)
      await record(host, project, outlook, image)
      await appendLedger(folder, { kind: 'prepared', version: planned.id })
    }
  } catch (error) {
    // What the engine did not clean up now is left, by the intent, to the next command.
    if (!isProductError(error, 'engine-unreachable') && !isProductError(error, 'engine-refused')) {
      await end().catch(() => {})
    }
    throw error
  }
  await end()
  return launchVersion(host, project, { id: planned.id, ordinal })
}

function record(
  host: Host,
  project: Project,
  { planned, ordinal, because }: Outlook,
  image: string,
): Promise<void> {
  const event = { kind: 'built', version: planned.id, ordinal, image, because } as const
  return appendLedger(host.home.project(project.key), event)
}
