import type { ProjectData } from '../../../shared/data.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Snapshot } from '../../../shared/snapshot.ts'

/** What the data becomes in a reset: a snapshot's, or with null what a first start makes of it. */
export interface DataReset {
  snapshot: string | null
  /** Whether the data of today goes without being captured. */
  discard: boolean
}

/** The snapshots to which the data can be reset, newest first; none on an engine that cannot restore any. */
export const resetChoices = ({ capture }: Pick<ProjectData, 'capture'>, list: Snapshot[]): Snapshot[] =>
  capture === 'none' ? [] : list.filter(({ present }) => present)

/**
 * The data of the time of a version that a reset goes to: the newest capture of what ran with it. None for the version that
 * runs, whose data is that of today.
 */
export const dataOfVersion = (
  choices: Snapshot[],
  target: VersionId | undefined,
  running: VersionId | undefined,
): Snapshot | undefined =>
  target === undefined || target === running
    ? undefined
    : choices.find(({ version }) => version?.id === target)

/** What is proposed: the data of the time of the version, else the seed, else the newest that a person took, else new data. */
export function proposedData(choices: Snapshot[], ofVersion: Snapshot | undefined): string | null {
  const seed = choices.find(({ origin }) => origin === 'seed')
  const taken = choices.find(({ origin }) => origin === 'taken' || origin === 'imported')
  return (ofVersion ?? seed ?? taken)?.name ?? null
}
