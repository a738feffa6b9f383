import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, isSystemError } from '../../../shared/errors.ts'
import { awayFiles, dataFile, readDataFile } from './data-record.ts'
import { volumesOf } from './stacks.ts'

/**
 * The volumes of the engine that the data of other projects consists of: a fork has layers of the project that it was made
 * of. `folder` is the project's in the data folder, beside which those of the others are. Of a record that is damaged, all
 * that it names.
 */
export async function neededElsewhere(folder: string): Promise<Set<string>> {
  const all = path.dirname(folder)
  const names = await readdir(all).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  })
  const others = names.filter((name) => name !== path.basename(folder))
  const files = await Promise.all(
    others.map(async (name) => {
      const other = path.join(all, name)
      return [dataFile(other), ...(await awayFiles(other))]
    }),
  )
  return new Set((await Promise.all(files.flat().map(needed))).flat())
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
