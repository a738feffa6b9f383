import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, isSystemError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { listVolumes } from '../../docker/volumes.ts'
import { awayFiles, dataFile, readDataFile } from './data-record.ts'
import { volumesOf } from './layered-volumes.ts'
import { readLayersLabel } from './recover-record.ts'

/**
 * The engine volumes that the data of other projects needs: a fork uses layers of its original project. `folder` is the
 * project's folder in the data folder, beside those of the other projects. A damaged record counts with everything that
 * it names; a project without a record counts with its volumes and what their labels name. Errors: those of the engine.
 */
export async function neededElsewhere({
  engine,
  folder,
}: {
  engine: Engine
  folder: string
}): Promise<Set<string>> {
  const all = path.dirname(folder)
  const names = await readdir(all).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  })
  const own = path.basename(folder)
  const others = names.filter((name) => name !== own)
  const files = await Promise.all(
    others.map(async (name) => {
      const other = path.join(all, name)
      return [dataFile(other), ...(await awayFiles(other))]
    }),
  )
  const recorded = await Promise.all(files.flat().map(needed))
  const volumes = await listVolumes(engine, [LABEL.project])
  const labelled = volumes.flatMap(({ Name, Labels }) => {
    const key = Labels?.[LABEL.project] ?? own
    if (key === own || existsSync(dataFile(path.join(all, key)))) return []
    const layers = readLayersLabel(Labels?.[LABEL.layers])?.layers ?? []
    return [Name, ...layers.map(({ volume }) => volume)]
  })
  return new Set([...recorded.flat(), ...labelled])
}

async function needed(file: string): Promise<string[]> {
  try {
    const record = await readDataFile(file)
    if (!record) return []
    return [...volumesOf(record), ...(record.pending ? volumesOf(record.pending.next) : [])]
  } catch (error) {
    if (!isProductError(error, 'data-record-unreadable')) throw error
    const text = await readFile(file, 'utf8').catch(() => '')
    return text.match(/[A-Za-z0-9][A-Za-z0-9_.-]*/g) ?? []
  }
}
