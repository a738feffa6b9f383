import type { VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { Host } from '../host/host.ts'
import { recordedProjects } from '../store/project-records.ts'
import { foldLedger } from './fold-ledger.ts'
import { findRecorded, type VersionImages } from './image-names.ts'
import { readLedger } from './ledger.ts'

/**
 * The images of a version that another project of this computer built from the same plan: a clone, or a worktree.
 * Undefined when there is none. Only the other project's ledger proves that it is that version: anybody can assign a
 * name on the engine.
 */
export async function sharedImages(
  host: Pick<Host, 'home'>,
  engine: Engine,
  id: VersionId,
): Promise<VersionImages | undefined> {
  for (const { key } of await recordedProjects(host)) {
    // Another project's damaged history is its own matter.
    const ledger = await readLedger(host.home.project(key)).catch(() => undefined)
    // What was taken from names and labels of the engine proves nothing.
    const own = ledger?.events.filter(({ kind }) => kind !== 'recovered') ?? []
    const { versions } = foldLedger(own)
    const record = versions.find((version) => version.id === id)
    const images = record?.wasReady === true && (await findRecorded(engine, record))
    if (images) return images
  }
  return undefined
}
