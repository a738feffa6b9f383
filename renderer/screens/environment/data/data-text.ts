import type { DataVolume } from '../../../../shared/data.ts'
import type { Snapshot } from '../../../../shared/snapshot.ts'
import { size } from '../../../components/format.ts'
import { t } from '../../../messages/messages.ts'

/** What all volumes take together, in bytes; null where that is not known. */
export const bytesOf = (volumes: DataVolume[]): number | null =>
  volumes.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0)

/** "the data of today (1.4 GB)" */
export const sizeText = (bytes: number | null): string =>
  bytes === null ? t('reset.today') : t('reset.todaySize', { size: size(bytes) })

/** "2 volumes · 1.4 GB" */
export function countText(volumes: DataVolume[]): string {
  const [bytes, count] = [bytesOf(volumes), volumes.length]
  return bytes === null ? t('data.count', { count }) : t('data.countSize', { count, size: size(bytes) })
}

/** Whether a snapshot was taken by itself: it is not kept for ever, and restoring it empties no other volume. */
export const isAutomatic = ({ origin }: Snapshot): boolean => origin === 'version' || origin === 'reset'

/** Which version ran with the data of a snapshot; undefined where that is not known. */
const versionText = ({ version }: Snapshot): string | undefined =>
  version?.ordinal ? t('snapshots.of', { ordinal: version.ordinal }) : undefined

/**
 * What a person chooses a snapshot by: its size, how it came to be, the version that ran with it, what deleting it frees,
 * and its volumes where they are not those of today.
 */
export function snapshotFacts(snapshot: Snapshot, today: DataVolume[]): string {
  const { origin, bytes, volumes } = snapshot
  const same = volumes.length === today.length && today.every(({ name }) => volumes.includes(name))
  return [
    snapshot.size !== null && size(snapshot.size),
    t(`snapshots.why.${origin}`),
    versionText(snapshot),
    bytes !== null && bytes > 0 && t('snapshots.frees', { size: size(bytes) }),
    !same && t('snapshots.volumes', { volumes: volumes.join(', ') }),
  ]
    .filter(Boolean)
    .join(' · ')
}
