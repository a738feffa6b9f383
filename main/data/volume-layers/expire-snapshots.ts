import type { DataState, SnapshotRecord } from './data-record.ts'
import { following } from './layered-volumes.ts'

/** Whether a snapshot was taken without a person asking for it, of whatever data there was. */
export const isAutomatic = ({ origin }: Pick<SnapshotRecord, 'origin'>): boolean =>
  origin === 'version' || origin === 'reset' || origin === 'fork'

/** The number of automatic snapshots that are kept. None is kept for longer than `KEPT_DAYS`, except the newest of a volume. */
export const KEPT_SNAPSHOTS = 5
const KEPT_DAYS = 30
const DAY = 24 * 60 * 60_000
/**
 * In milliseconds: time in which no data was captured counts as no more than this, because a clock may have been wrong by
 * years at one end of it. Its jump alone makes nothing old.
 */
const LONGEST_GAP = (KEPT_DAYS - 1) * DAY

/** The number of seeds that are kept: each is a whole copy of the data. */
export const KEPT_SEEDS = 3

/**
 * Removes automatic snapshots that are too many or too old. The last capture of a volume stays: it may be all that is left
 * of its data. `now` in milliseconds.
 */
export function withoutExpired(state: DataState, now: number): DataState {
  const ages = agesOf(state.snapshots, now)
  const isOld = (snapshot: SnapshotRecord) => (ages.get(snapshot) ?? 0) > KEPT_DAYS * DAY
  const expiredOf = (counts: (snapshot: SnapshotRecord) => boolean, most: number): SnapshotRecord[] =>
    state.snapshots
      .filter(counts)
      .reverse()
      .filter((snapshot, index) => index > 0 && (index >= most || isOld(snapshot)))
  const expired = [
    ...expiredOf(isAutomatic, KEPT_SNAPSHOTS).filter((one) => !isLastOfVolume(state, one)),
    ...expiredOf(({ origin }) => origin === 'seed', KEPT_SEEDS),
  ]
  if (expired.length === 0) return state
  return following(state, { ...state, snapshots: state.snapshots.filter((one) => !expired.includes(one)) })
}

/** The ages of snapshots, which are in the order in which they were taken, in milliseconds. */
function agesOf(snapshots: readonly SnapshotRecord[], now: number): Map<SnapshotRecord, number> {
  const ages = new Map<SnapshotRecord, number>()
  let [age, later] = [0, now]
  for (const snapshot of snapshots.toReversed()) {
    const time = Date.parse(snapshot.takenAt)
    age += Math.min(Math.max(later - time, 0), LONGEST_GAP)
    later = time
    ages.set(snapshot, age)
  }
  return ages
}

/** Whether a snapshot has a volume that no later one has. The result of a seed is not a person's data. */
function isLastOfVolume({ snapshots }: DataState, snapshot: SnapshotRecord): boolean {
  const later = snapshots.slice(snapshots.indexOf(snapshot) + 1).filter(({ origin }) => origin !== 'seed')
  return Object.keys(snapshot.volumes).some(
    (volume) => !later.some((other) => Object.hasOwn(other.volumes, volume)),
  )
}
