import { type BigIntStats, lstatSync } from 'node:fs'
import { isSystemError } from '../../shared/errors.ts'

/** What stands at a path, itself and not what it links to; undefined where there is nothing, or it may not be looked at. */
export function look(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
