import { createHash } from 'node:crypto'
import { createReadStream, fstatSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isSystemError } from '../../shared/errors.ts'
import { openInside, statInside } from '../files/open-inside.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/**
 * Single files that content hooks created are in the person's folder, because nothing can be mounted over a file that
 * programs replace. The record lists by path what was placed there: a file with any other content is the person's
 * own, and stays.
 */
const Placed = z.record(z.string(), z.array(z.string()))
type Placed = z.infer<typeof Placed>

/** The file that records them. */
export const placedFilesRecord = (home: Home, project: Project): string =>
  path.join(home.project(project.key), 'content-files.json')

/** The files of other versions that are still unchanged in the person's folder, by absolute path. */
export async function listPlacedFiles(home: Home, project: Project): Promise<string[]> {
  const placed = await readPlacedFiles(home, project)
  const unchanged: string[] = []
  for (const [whole, states] of Object.entries(placed))
    if (states.includes((await fileState(whole)) ?? '')) unchanged.push(whole)
  return unchanged
}

/** The record; empty if it cannot be read. */
export async function readPlacedFiles(home: Home, project: Project): Promise<Placed> {
  try {
    return Placed.parse(JSON.parse(await readFile(placedFilesRecord(home, project), 'utf8')))
  } catch {
    return {}
  }
}

/**
 * The state of a path: a file's SHA-256, `-> ` and a link's target, or a text for anything else; undefined if nothing
 * exists.
 */
export async function fileState(whole: string): Promise<string | undefined> {
  const [root, name] = [path.dirname(whole), path.basename(whole)]
  try {
    const entry = statInside(root, name)
    if (entry?.kind === 'link') return `-> ${entry.target}`
    if (entry?.kind !== 'file') return entry?.kind
    using file = openInside(root, name)
    const hashed = createHash('sha256')
    const { size } = fstatSync(file.fd)
    if (size === 0) return hashed.digest('hex')
    // Code inside can make it so long that it must neither be read at once nor to an end that moves.
    for await (const chunk of createReadStream('', { fd: file.fd, autoClose: false, end: size - 1 }))
      hashed.update(chunk as Buffer)
    return hashed.digest('hex')
  } catch (error) {
    if (isSystemError(error)) return error.code
    throw error
  }
}
