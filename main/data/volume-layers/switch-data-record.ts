import { randomBytes } from 'node:crypto'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, isSystemError, productError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineId } from '../../docker/engine-id.ts'
import { LABEL } from '../../docker/labels.ts'
import { listVolumes, type VolumeDetails } from '../../docker/volumes.ts'
import { type AwayRecord, chooseRecord, type RecordChoice } from './choose-record.ts'
import { awayFiles, type DataRecord, dataFile, readDataFile, readDataRecord } from './data-record.ts'
import { volumesOf } from './layered-volumes.ts'

/** A project's engine, and its folder in the data folder. */
interface RecordPlace {
  engine: Engine
  folder: string
}

/** What was found on an engine. */
export interface FoundRecord {
  /** The id of the engine. */
  engine: string
  /** The record of the data on it; undefined if there is none. */
  record: DataRecord | undefined
  /** All volumes of projects that it has. */
  volumes: VolumeDetails[]
}

/** The same for a writer. */
export interface EnteredEngine extends FoundRecord {
  /** The managed volumes of a record that was put away because none of them is on this engine. */
  left: string[]
}

/** Finds the record of the data on an engine, and changes nothing. Errors: `data-record-unreadable`, those of the engine. */
export async function findRecord({ engine, folder }: RecordPlace): Promise<FoundRecord> {
  const [id, volumes] = await Promise.all([engineId(engine), listVolumes(engine, [LABEL.project])])
  return { engine: id, volumes, record: (await recordOf(folder, id, volumes)).record }
}

/** The same from known facts. `engine`: the engine's id; `volumes`: all project volumes on it. */
export async function recordOf(
  folder: string,
  engine: string,
  volumes: readonly VolumeDetails[],
): Promise<{ current: DataRecord | undefined; choice: RecordChoice; record: DataRecord | undefined }> {
  const [current, away] = await Promise.all([readDataRecord(folder), readAway(folder)])
  const choice = chooseRecord(current, away, engine, new Set(volumes.map(({ Name }) => Name)))
  switch (choice.kind) {
    case 'current':
      return { current, choice, record: current }
    case 'away':
      return { current, choice, record: away.find(({ file }) => file === choice.file)?.record }
    case 'new':
      return { current, choice, record: undefined }
  }
}

/**
 * Switches to the record of the data on this engine. The record of another engine is put away beside it, and comes back
 * with that engine. Only for the project's writer. Errors: `data-record-unreadable`, `storage-failed`, those of the
 * engine.
 */
export async function switchDataRecord({ engine, folder }: RecordPlace): Promise<EnteredEngine> {
  const [id, volumes] = await Promise.all([engineId(engine), listVolumes(engine, [LABEL.project])])
  const { current, choice, record } = await recordOf(folder, id, volumes)
  const found = { engine: id, record, volumes }
  if (choice.kind === 'current') return { ...found, left: [] }
  const file = dataFile(folder)
  // After each step, the next command can complete the rest: every record has exactly one file.
  if (current) await move(file, path.join(folder, `data-away-${randomBytes(4).toString('hex')}.json`))
  if (choice.kind === 'away') await move(choice.file, file)
  const isLeft = choice.kind === 'new' && current && volumesOf(current).size > 0
  return { ...found, left: isLeft ? Object.keys(current.stacks).sort() : [] }
}

/** What a person has to know if a record was put away. */
export const leftText = (names: string): string =>
  `Nothing of the data of ${names} is on this engine: its volumes were removed, or are on another engine. It begins anew here, and is found again on the engine that has it.`

/** An unreadable record is left where it is. */
async function readAway(folder: string): Promise<AwayRecord[]> {
  const found = (await awayFiles(folder)).map(async (file): Promise<AwayRecord[]> => {
    try {
      const record = await readDataFile(file)
      return record ? [{ file, record }] : []
    } catch (error) {
      if (!isProductError(error, 'data-record-unreadable')) throw error
      return []
    }
  })
  return (await Promise.all(found)).flat()
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw productError('storage-failed', { path: to, problem: error.message, of: 'home' }, { cause: error })
  }
}
