import type { VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import type { Host } from '../host/host.ts'
import { recordedProjects } from '../store/project-records.ts'
import { foldLedger } from './fold-ledger.ts'
import { readLedger } from './ledger.ts'

/**
 * The image of a version that another project of this computer built from the same plan: a clone, or a worktree.
 * Undefined when there is none. Only the other project's ledger proves that it is that version: anybody can assign a
 * name on the engine.
 */
export async function sharedImage(
  host: Host,
  engine: Engine,
  id: VersionId,
): Promise<ImageDetails | undefined> {
  for (const { key } of await recordedProjects(host)) {
    // Another project's damaged history is its own matter.
    const ledger = await readLedger(host.home.project(key)).catch(() => undefined)
    // What was taken from names and labels of the engine proves nothing.
    const own = ledger?.events.filter(({ kind }) => kind !== 'recovered') ?? []
    const { versions } = foldLedger(own)
    const record = versions.find((version) => version.id === id)
    const image = record?.wasReady === true && (await inspectImage(engine, record.image))
    if (image) return image
  }
  return undefined
}
