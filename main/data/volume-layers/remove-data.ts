import { isProductError, productError } from '../../../shared/errors.ts'
import { LABEL } from '../../docker/labels.ts'
import { inspectVolume, listVolumes, removeVolume, usersOfVolume } from '../../docker/volumes.ts'
import {
  gatherData,
  managedVolumeNames,
  newestGeneration,
  requireNewest,
  requireNoOther,
} from './data-facts.ts'
import { forgetData, readDataRecord, writeDataRecord } from './data-record.ts'
import { volumesOf, withoutData } from './layered-volumes.ts'
import type { DataPlace } from './settle-data.ts'
import { neededElsewhere } from './shared-layers.ts'
import { switchDataRecord } from './switch-data-record.ts'

/**
 * Refuses if a container of another project uses one of the volumes that would be removed, or if the data has changed
 * with another record. Errors: `volume-in-use`, `data-elsewhere`, those of the engine.
 */
export async function requireUnusedByOthers(place: DataPlace): Promise<void> {
  const { engine, key } = place
  await requireOwnData(place)
  for (const volume of await doomedVolumes(place)) {
    const users = await usersOfVolume(engine, volume)
    const others = users.filter(({ Labels }) => Labels[LABEL.project] !== key)
    const containers = others.map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''))
    if (containers.length > 0) throw productError('volume-in-use', { volume, containers })
  }
}

/**
 * Refuses if the newest record of the data is not in this data folder. The record of another engine does not count. A
 * record that cannot be read, or that lacks a change, does not prevent the removal of its data. Errors: `data-elsewhere`,
 * those of the engine.
 */
export async function requireOwnData(place: DataPlace): Promise<void> {
  const { engine, key, folder } = place
  const entered = await switchDataRecord(place).catch((error: unknown) => {
    if (!isProductError(error, 'data-record-unreadable')) throw error
  })
  if (entered?.record) {
    const { state, here } = await gatherData(place)
    const made = entered.record.pending?.made ?? []
    requireNewest({ state: { ...state, unneeded: [...state.unneeded, ...made] }, here }, folder)
    return
  }
  const listed = await listVolumes(engine, [`${LABEL.project}=${key}`])
  requireNoOther({ here: new Map(listed.map(({ Name, Labels }) => [Name, Labels ?? {}])) }, folder)
}

/**
 * Removes a project's data with its snapshots, except layers that forks use, and returns the names of the volumes. If
 * some cannot be removed, the data is still given up, and a later command removes them.
 * Errors: those of the engine.
 */
export async function removeData(place: DataPlace): Promise<string[]> {
  const names = await doomedVolumes(place)
  await giveUp(place, names)
  const removals = await Promise.allSettled(names.map((name) => removeVolume(place.engine, name)))
  for (const removal of removals) if (removal.status === 'rejected') throw removal.reason
  // For a project without a record, a volume that only a fork needs would look like its data.
  const left = await listVolumes(place.engine, [`${LABEL.project}=${place.key}`])
  if (left.length === 0) await forgetData(place.folder)
  return names
}

/** Records that the data is given up, because partly removed layers cannot be mounted. */
async function giveUp(place: DataPlace, doomed: string[]): Promise<void> {
  try {
    const facts = await gatherData(place)
    const { engine } = facts.state
    await writeDataRecord(place.folder, {
      format: 1,
      ...withoutData(facts.state, managedVolumeNames(facts), doomed),
      ...(engine !== undefined && { engine }),
      generation: Math.max(facts.state.generation ?? 0, newestGeneration(facts)),
    })
  } catch (error) {
    // Neither a damaged record nor a full disk may prevent the removal.
    const passed = isProductError(error, 'data-record-unreadable') || isProductError(error, 'storage-failed')
    if (!passed) throw error
  }
}

/** The project's own volumes, and layers of another project that no longer needs them. */
async function doomedVolumes({ engine, key, folder }: DataPlace): Promise<string[]> {
  const [listed, record, elsewhere] = await Promise.all([
    listVolumes(engine, [`${LABEL.project}=${key}`]),
    // An unreadable record names nothing else to remove.
    readDataRecord(folder).catch(() => undefined),
    neededElsewhere({ engine, folder }),
  ])
  const own = listed.map(({ Name }) => Name)
  const recorded = record ? [...volumesOf(record), ...record.unneeded] : []
  const shared = recorded.filter((name) => !own.includes(name))
  const found = await Promise.all(shared.map((name) => inspectVolume(engine, name)))
  const left = found.flatMap((volume) => (volume?.Labels?.[LABEL.project] ? [volume.Name] : []))
  return [...new Set([...own, ...left])].filter((name) => !elsewhere.has(name))
}
