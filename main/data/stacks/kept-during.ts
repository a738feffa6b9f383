import { type DataSource, gatherData } from './data-facts.ts'
import type { SnapshotRecord } from './data-record.ts'

/**
 * Does what replaces a project's data, and returns the snapshot that was captured of what it was; undefined where it was
 * nothing, or is discarded. Errors: those of `replace` and `gatherData`.
 */
export async function keptDuring(
  source: DataSource,
  replace: () => Promise<unknown>,
): Promise<SnapshotRecord | undefined> {
  const before = await gatherData(source)
  const known = new Set(before.state.snapshots.map(({ name }) => name))
  await replace()
  const { state } = await gatherData(source)
  return state.snapshots.find(({ name, origin }) => origin === 'reset' && !known.has(name))
}
