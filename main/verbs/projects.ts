import path from 'node:path'
import type { EnvironmentState, ProjectRef } from '../../shared/environment.ts'
import { isProductError } from '../../shared/errors.ts'
import { byName } from '../../shared/project.ts'
import { readCurrentState } from '../environment/current-state.ts'
import { repair } from '../environment/with-writer-lock.ts'
import { readBranch } from '../git/branch.ts'
import type { Host } from '../host/host.ts'
import { silentRun } from '../operation/silent-run.ts'
import { openProject } from '../store/open-project.ts'
import { recordedProjects } from '../store/project-records.ts'

/**
 * A project as the list shows it: `missing` if its folder is gone, `unreadable` if its history cannot be read or another
 * data folder has its environment.
 */
export interface ListedProject extends ProjectRef {
  /** The branch that is checked out, or the first digits of a commit; null without git. */
  branch: string | null
  state: EnvironmentState | 'missing' | 'unreadable'
  version: { id: string; ordinal: number } | null
  ports: { container: number; host: number }[]
}

/** Every project that Pristine knows on this computer, by name, with the state of its environment. */
export async function listProjects(host: Host): Promise<ListedProject[]> {
  const recorded = await recordedProjects(host)
  const known = await Promise.all(recorded.map(({ path }) => describe(host, path)))
  return known.sort(byName)
}

async function describe(host: Host, folder: string): Promise<ListedProject> {
  const gone = {
    path: folder,
    name: path.basename(folder),
    branch: null,
    state: 'missing' as const,
    version: null,
    ports: [],
  }
  const project = await openProject(folder, host.home).catch((error: unknown) => {
    if (isProductError(error, 'project-missing')) return undefined
    throw error
  })
  if (!project) return gone
  // A project that cannot be repaired now must not hide the others.
  await repair(host, project, silentRun()).catch((error: unknown) => {
    if (!isProductError(error)) throw error
  })
  const current = await readCurrentState(host, project).catch((error: unknown) => {
    if (isProductError(error, 'ledger-unreadable') || isProductError(error, 'environment-elsewhere'))
      return undefined
    throw error
  })
  if (!current) return { ...gone, state: 'unreadable' }
  const { facts, history } = current
  const version = history.versions.find((record) => record.id === facts.version)
  return {
    path: project.path,
    name: project.name,
    branch: await readBranch(project),
    state: facts.state,
    version: version ? { id: version.id, ordinal: version.ordinal } : null,
    ports: facts.containers.flatMap(({ ports }) => ports.map(({ container, host }) => ({ container, host }))),
  }
}
