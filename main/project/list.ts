import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { EnvironmentState, ProjectRef } from '../../shared/environment.ts'
import { isProductError } from '../../shared/errors.ts'
import { readCurrent } from '../environment/current.ts'
import type { Host } from '../host.ts'
import { openProject } from './open.ts'

/** A project as the list shows it: `missing` when its folder is gone, `unreadable` when its history is damaged. */
export interface ListedProject extends ProjectRef {
  state: EnvironmentState | 'missing' | 'unreadable'
  version: { id: string; ordinal: number } | null
  ports: { container: number; host: number }[]
}

/** Every project that Pristine knows on this computer, by name, with how its environment stands. */
export async function listProjects(host: Host): Promise<ListedProject[]> {
  const folder = path.join(host.home.root, 'projects')
  const keys = await readdir(folder).catch(() => [])
  const listed = await Promise.all(keys.map((key) => readRecord(path.join(folder, key, 'project.json'))))
  const known = await Promise.all(
    listed.filter((found) => found !== undefined).map((found) => describe(host, found)),
  )
  return known.sort((a, b) => a.name.localeCompare(b.name) || a.path.localeCompare(b.path))
}

async function readRecord(file: string): Promise<string | undefined> {
  try {
    const { path: folder } = JSON.parse(await readFile(file, 'utf8')) as { path?: unknown }
    return typeof folder === 'string' ? folder : undefined
  } catch {
    return undefined
  }
}

async function describe(host: Host, folder: string): Promise<ListedProject> {
  const gone = {
    path: folder,
    name: path.basename(folder),
    state: 'missing' as const,
    version: null,
    ports: [],
  }
  const project = await openProject(folder).catch((error: unknown) => {
    if (isProductError(error, 'project-missing')) return undefined
    throw error
  })
  if (!project) return gone
  const current = await readCurrent(host, project).catch((error: unknown) => {
    if (isProductError(error, 'ledger-unreadable')) return undefined
    throw error
  })
  if (!current) return { ...gone, state: 'unreadable' }
  const { facts, history } = current
  const version = history.versions.find((record) => record.id === facts.version)
  return {
    path: project.path,
    name: project.name,
    state: facts.state,
    version: version ? { id: version.id, ordinal: version.ordinal } : null,
    ports: facts.containers.flatMap(({ ports }) => ports.map(({ container, host }) => ({ container, host }))),
  }
}
