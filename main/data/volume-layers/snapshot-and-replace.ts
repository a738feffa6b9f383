import { type DataSource, gatherData } from './data-facts.ts'
import type { SnapshotRecord } from './data-record.ts'

/**
 * Replaces a project's data with `replace`, and returns the snapshot that captured the old data; undefined if there was
 * none, or if it was discarded. Errors: those of `replace` and `gatherData`.
 */
export async function snapshotAndReplace(
  source: DataSource,
  replace: () => Promise<unknown>,
): Promise<SnapshotRecord | undefined> {
  const before = await gatherData(source)
  const known = new Set(before.state.snapshots.map(({ name }) => name))
  await replace()
  const { state } = await gatherData(source)
  return state.snapshots.find(({ name, origin }) => origin === 'reset' && !known.has(name))
}
