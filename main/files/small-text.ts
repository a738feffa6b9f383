import { existsSync, fstatSync } from 'node:fs'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { openInside } from './open-inside.ts'
import { readPrefix } from './read-prefix.ts'

/** The content of a file of up to so many bytes below a folder; undefined for all others. */
export function smallContent(root: string, file: string, most: number): Buffer | undefined {
  // To open what is not there takes ten times as long.
  if (!existsSync(path.join(root, file))) return undefined
  try {
    using opened = openInside(root, file)
    const stats = fstatSync(opened.fd)
    return stats.isFile() && stats.size <= most ? readPrefix(opened.fd, stats.size) : undefined
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

/** Its text. */
export const smallText = (root: string, file: string, most: number): string | undefined =>
  smallContent(root, file, most)?.toString('utf8')
