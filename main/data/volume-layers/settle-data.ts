import { isProductError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { inspectVolume, listVolumes, removeVolume } from '../../docker/volumes.ts'
import { homeRootOf } from '../../store/home.ts'
import { withUnknown } from './change-snapshots.ts'
import { type DataState, type Pending, readDataRecord, writeDataRecord } from './data-record.ts'
import { withoutExpired } from './expire-snapshots.ts'
import { volumesOf } from './layered-volumes.ts'
import { neededElsewhere } from './shared-layers.ts'

/** A project's data on an engine, and its folder in the data folder. */
export interface DataPlace {
  engine: Engine
  key: ProjectKey
  folder: string
}

/** Records a change that takes effect now. Errors: `storage-failed`. */
export async function commitData(place: DataPlace, next: DataState): Promise<void> {
  const kept = withoutExpired(next, Date.now())
  await writeDataRecord(place.folder, { format: 1, ...kept })
  await removeUnneeded(place)
}

/** Reverts a change that did not take effect, and removes what was created for it. Errors: `storage-failed`. */
export async function dropData(place: DataPlace, before: DataState, made: string[]): Promise<void> {
  const needed = volumesOf(before)
  const unneeded = [...new Set([...before.unneeded, ...made])].filter((volume) => !needed.has(volume))
  await writeDataRecord(place.folder, { format: 1, ...before, unneeded })
  await removeUnneeded(place)
}

/** What is known about the changes of the data that took effect. */
export interface CountedChanges {
  /** The ids that the current containers carry. */
  carried: readonly (string | undefined)[]
  /** The ids in the ledger, and whether the ledger is complete. */
  ledger: readonly string[]
  ledgerIsWhole: boolean
}

/** The outcome of a change that was not recorded: it took effect, it did not, or it is unknown. */
export type Outcome = 'counts' | 'failed' | 'unknown'

/**
 * Decides the outcome of a change. If no container carries it, that proves nothing: the container may have been removed
 * after days of work with the data.
 */
export function outcomeOf(
  { id, inLedger }: Pick<Pending, 'id' | 'inLedger'>,
  { carried, ledger, ledgerIsWhole }: CountedChanges,
): Outcome {
  if (carried.includes(id) || ledger.includes(id)) return 'counts'
  return inLedger === true && ledgerIsWhole ? 'failed' : 'unknown'
}

/**
 * Completes or reverts a change that a dead process left, or that could not be recorded. If it is unknown whether it took
 * effect, the data stays as it was before, and what the change wrote becomes a snapshot, whose name is returned.
 * Errors: `data-record-unreadable`, `storage-failed`, those of the engine.
 */
export async function settleData(place: DataPlace, counted: CountedChanges): Promise<string | undefined> {
  const record = await readDataRecord(place.folder)
  if (!record) return undefined
  const { pending, format: _, ...before } = record
  if (!pending) {
    await removeUnneeded(place)
    return undefined
  }
  const outcome = outcomeOf(pending, counted)
  if (outcome === 'counts') {
    await commitData(place, pending.next)
    return undefined
  }
  const kept = outcome === 'unknown' ? await keptOf(place, before, pending) : undefined
  await dropData(place, kept ?? before, pending.made)
  return kept?.snapshots.at(-1)?.name
}

/** The state with what a change wrote as a snapshot, as far as it is on the engine; undefined if that is nothing. */
async function keptOf(
  { engine, key }: DataPlace,
  before: DataState,
  { next, made }: Pending,
): Promise<DataState | undefined> {
  const listed = await listVolumes(engine, [`${LABEL.project}=${key}`])
  const here = new Set(listed.map(({ Name }) => Name))
  return withUnknown(
    before,
    { next, made: made.filter((volume) => here.has(volume)) },
    new Date().toISOString(),
  )
}

/** Whether there is something to settle. Errors: `data-record-unreadable`. */
export async function isUnsettled(folder: string): Promise<boolean> {
  const record = await readDataRecord(folder)
  return record !== undefined && (record.pending !== undefined || record.unneeded.length > 0)
}

/** Removes the unneeded volumes; those that a container still uses are left to a later command. */
async function removeUnneeded({ engine, folder }: DataPlace): Promise<void> {
  const record = await readDataRecord(folder)
  if (!record || record.unneeded.length === 0) return
  const needed = volumesOf(record)
  // What a fork uses of it is removed with the fork.
  const elsewhere = await neededElsewhere({ engine, folder })
  const left: string[] = []
  for (const volume of record.unneeded) {
    const removed =
      needed.has(volume) ||
      elsewhere.has(volume) ||
      (await removeMade(engine, homeRootOf(folder), volume).catch((error: unknown) => {
        if (!isProductError(error)) throw error
        return false
      }))
    if (!removed) left.push(volume)
  }
  if (left.length < record.unneeded.length) await writeDataRecord(folder, { ...record, unneeded: left })
}

/**
 * Removes a recorded volume if it was created for a project in the data folder `home`; true if it is gone or belongs to
 * somebody else. Volumes of an older Pristine do not name their data folder.
 */
async function removeMade(engine: Engine, home: string, volume: string): Promise<boolean> {
  const labels = (await inspectVolume(engine, volume))?.Labels
  const isOurs = labels?.[LABEL.project] !== undefined && (labels[LABEL.home] ?? home) === home
  if (isOurs) await removeVolume(engine, volume)
  return true
}
