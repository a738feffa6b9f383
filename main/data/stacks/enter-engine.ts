import { randomBytes } from 'node:crypto'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, isSystemError, productError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineId } from '../../docker/engine-signature.ts'
import { LABEL } from '../../docker/labels.ts'
import { listVolumes } from '../../docker/volumes.ts'
import { type AwayRecord, chooseRecord } from './choose-record.ts'
import { awayFiles, dataFile, readDataFile, readDataRecord } from './data-record.ts'
import { volumesOf } from './stacks.ts'

/** What was found on an engine. */
export interface EnteredEngine {
  /** The id of the engine. */
  engine: string
  /** The managed volumes of a record that was put away because nothing of it is on this engine. */
  left: string[]
}

/**
 * Uses the record of the data on this engine: one of another engine is put away beside it, and comes back with that. Only for
 * the project's writer. Errors: `data-record-unreadable`, `storage-failed`, those of the engine.
 */
export async function enterEngine({
  engine,
  folder,
}: {
  engine: Engine
  folder: string
}): Promise<EnteredEngine> {
  const id = await engineId(engine)
  const [current, away] = await Promise.all([readDataRecord(folder), readAway(folder)])
  if (!current && away.length === 0) return { engine: id, left: [] }
  const listed = await listVolumes(engine, [LABEL.project])
  const here = new Set(listed.map(({ Name }) => Name))
  const choice = chooseRecord(current, away, id, here)
  if (choice.kind === 'current') return { engine: id, left: [] }
  const file = dataFile(folder)
  // Each step leaves what the next command completes: no record is without a file, and none is there twice.
  if (current) await move(file, path.join(folder, `data-away-${randomBytes(4).toString('hex')}.json`))
  if (choice.kind === 'away') await move(choice.file, file)
  const isLeft = choice.kind === 'new' && current && volumesOf(current).size > 0
  return { engine: id, left: isLeft ? Object.keys(current.stacks).sort() : [] }
}

/** What a person has to know where a record was put away. */
export const leftText = (names: string): string =>
  `Nothing of the data of ${names} is on this engine: its volumes were removed, or are on another engine. It begins anew here, and is found again on the engine that has it.`

/** One that cannot be read is left where it is. */
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
