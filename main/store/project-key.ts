import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Home } from './home.ts'

/** How many hexadecimal digits of the path's hash a key has, and how many it had in older versions of Pristine. */
const DIGITS = 32
const OLDER_DIGITS = 8

/**
 * The key of the project in a folder, whose path is absolute and without links. A project with a key of the older, shorter
 * form keeps it, because its containers, images and volumes carry it. Two folders never share a key: what the data folder
 * records of another path is that path's. Without a data folder it is the key of a new project.
 * Errors: `project-key-taken`.
 */
export async function projectKey(home: Home | undefined, folder: string, name: string): Promise<ProjectKey> {
  const key = keyOfPath(folder, name, DIGITS)
  if (!home) return key
  const { path: recorded } = await readRecord(home, key)
  if (recorded !== undefined && recorded !== folder)
    throw productError('project-key-taken', {
      path: folder,
      other: recorded,
      file: recordFile(home, key),
    })
  const older = keyOfPath(folder, name, OLDER_DIGITS)
  return recorded === undefined && (await isOlderKeyOf(home, older, folder)) ? older : key
}

function keyOfPath(folder: string, name: string, digits: number): ProjectKey {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30)
    .replace(/-+$/, '')
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, digits)
  return `${slug || 'project'}-${hash}` as ProjectKey
}

/**
 * Whether the data folder has the project of this path under its older key. Older versions deleted the record of a
 * project that was taken off the list; then the hash cache shows whose it was.
 */
async function isOlderKeyOf(home: Home, key: ProjectKey, folder: string): Promise<boolean> {
  if (!(await stat(home.project(key)).catch(() => undefined))) return false
  const { path: recorded } = await readRecord(home, key)
  if (recorded !== undefined) return recorded === folder
  try {
    const text = await readFile(path.join(home.project(key), 'hashes.json'), 'utf8')
    const { hashes } = JSON.parse(text) as { hashes: [file: string][] }
    return hashes.some(([file]) => file.startsWith(folder + path.sep))
  } catch {
    return false
  }
}

/** Whether a key is of the older form. */
export const isOlderKey = (key: ProjectKey): boolean => /-[0-9a-f]{8}$/.test(key)

/** What is recorded of a project: its folder, and whether it was taken off the list. */
export interface ProjectRecord {
  path?: string
  unlisted?: boolean
}

export const recordFile = (home: Home, key: ProjectKey): string =>
  path.join(home.project(key), 'project.json')

/** The record of a project; empty where there is none, or it cannot be read. */
export async function readRecord(home: Home, key: ProjectKey): Promise<ProjectRecord> {
  try {
    const value: unknown = JSON.parse(await readFile(recordFile(home, key), 'utf8'))
    if (typeof value !== 'object' || value === null || !('path' in value)) return {}
    if (typeof value.path !== 'string') return {}
    return { path: value.path, unlisted: 'unlisted' in value && value.unlisted === true }
  } catch {
    return {}
  }
}
