import { isProductError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { inspectVolume, removeVolume } from '../../docker/volumes.ts'
import { type DataState, readDataRecord, writeDataRecord } from './data-record.ts'
import { neededElsewhere } from './shared-layers.ts'
import { volumesOf, withoutExpired } from './stacks.ts'

/** A project's data on an engine, and its folder in the data folder. */
export interface DataPlace {
  engine: Engine
  key: ProjectKey
  folder: string
}

/** Records a change that counts from now on. Errors: `storage-failed`. */
export async function commitData(place: DataPlace, next: DataState): Promise<void> {
  const kept = withoutExpired(next, Date.now())
  await writeDataRecord(place.folder, { format: 1, ...kept })
  await removeUnneeded(place)
}

/** Takes back a change that did not come about: what was made for it goes. Errors: `storage-failed`. */
export async function dropData(place: DataPlace, before: DataState, made: string[]): Promise<void> {
  const needed = volumesOf(before)
  const unneeded = [...new Set([...before.unneeded, ...made])].filter((volume) => !needed.has(volume))
  await writeDataRecord(place.folder, { format: 1, ...before, unneeded })
  await removeUnneeded(place)
}

/**
 * Decides what became of a change that a dead process left: it counts if one of the current containers was made with it.
 * `current`: the ids that these carry.
 * Errors: `data-record-unreadable`, `storage-failed`.
 */
export async function settleData(place: DataPlace, current: (string | undefined)[]): Promise<void> {
  const record = await readDataRecord(place.folder)
  if (!record) return
  const { pending, format: _, ...before } = record
  if (!pending) return removeUnneeded(place)
  if (current.includes(pending.id)) return commitData(place, pending.next)
  await dropData(place, before, pending.made)
}

/** Whether there is something to settle. Errors: `data-record-unreadable`. */
export async function isUnsettled(folder: string): Promise<boolean> {
  const record = await readDataRecord(folder)
  return record !== undefined && (record.pending !== undefined || record.unneeded.length > 0)
}

/** Removes the volumes that are not needed any more; what a container still has is left to a later command. */
async function removeUnneeded({ engine, folder }: DataPlace): Promise<void> {
  const record = await readDataRecord(folder)
  if (!record || record.unneeded.length === 0) return
  const needed = volumesOf(record)
  // What a fork has of it is removed with the fork.
  const elsewhere = await neededElsewhere(folder)
  const left: string[] = []
  for (const volume of record.unneeded) {
    const removed =
      needed.has(volume) ||
      elsewhere.has(volume) ||
      (await removeMade(engine, volume).catch((error: unknown) => {
        if (!isProductError(error)) throw error
        return false
      }))
    if (!removed) left.push(volume)
  }
  if (left.length < record.unneeded.length) await writeDataRecord(folder, { ...record, unneeded: left })
}

/** Removes a volume that a record names if it was made for a project; true when it is gone, or is somebody else's. */
async function removeMade(engine: Engine, volume: string): Promise<boolean> {
  const found = await inspectVolume(engine, volume)
  if (found?.Labels?.[LABEL.project] !== undefined) await removeVolume(engine, volume)
  return true
}
