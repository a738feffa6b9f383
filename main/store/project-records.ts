import { readdir, readFile, rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import { isProductError, productError } from '../../shared/errors.ts'
import { ProjectKey } from '../../shared/ids.ts'
import { projectAt } from './clone-destination.ts'
import type { Home } from './home.ts'
import { openProject, type Project } from './open-project.ts'
import { isOlderKey, readRecord, recordFile } from './project-key.ts'
import { writeFileWhole } from './write-file.ts'

type WithHome = { home: Home }

/** Remembers a project, so that it is listed. */
export async function rememberProject(host: WithHome, project: Project): Promise<void> {
  const text = `${JSON.stringify({ path: project.path })}\n`
  const file = recordFile(host.home, project.key)
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return
  await writeFileWhole(file, text)
  await notifyWatchers(host.home.project(project.key))
}

/**
 * Removes a project from the list; its history stays. An older key may be another folder's too, so it keeps whose it
 * is.
 */
export async function forgetProject(host: WithHome, key: ProjectKey): Promise<void> {
  const file = recordFile(host.home, key)
  const { path: folder } = await readRecord(host.home, key)
  if (folder !== undefined && isOlderKey(key))
    await writeFileWhole(file, `${JSON.stringify({ path: folder, unlisted: true })}\n`)
  else await rm(file, { force: true })
  await notifyWatchers(host.home.project(key))
}

/** The folder of a project on the list; undefined when it is not there. */
export async function recordedFolder({ home }: WithHome, key: ProjectKey): Promise<string | undefined> {
  const { path: folder, unlisted } = await readRecord(home, key)
  return unlisted ? undefined : folder
}

/** The keys of all projects that the data folder has anything of, on the list or not. */
export async function projectKeys(host: WithHome): Promise<ProjectKey[]> {
  const names = await readdir(projectsFolder(host)).catch(() => [])
  return names.flatMap((name) => ProjectKey.safeParse(name).data ?? [])
}

/** Every project on the list: its key and its folder. */
export async function recordedProjects(host: WithHome): Promise<{ key: ProjectKey; path: string }[]> {
  const keys = await projectKeys(host)
  const records = await Promise.all(keys.map(async (key) => ({ key, path: await recordedFolder(host, key) })))
  return records.flatMap(({ key, path }) => (path === undefined ? [] : [{ key, path }]))
}

export const projectsFolder = ({ home }: WithHome): string => path.join(home.root, 'projects')

/**
 * Opens a project of the list. Errors: `project-unknown`, `project-missing` when its folder is gone, or became a link to
 * another one.
 */
export async function openRecorded(host: WithHome, key: ProjectKey): Promise<Project> {
  const folder = await recordedFolder(host, key)
  if (folder === undefined) throw productError('project-unknown', { key })
  const project = await openProject(folder, host.home)
  if (project.key !== key) throw productError('project-missing', { path: folder })
  return project
}

/**
 * Opens a folder as a project or, where it is gone, the project of the list that it was: what it left on the engine can
 * be removed all the same. Errors: `project-missing`, those of `openProject`.
 */
export async function openOrRecorded(host: WithHome, folder: string): Promise<Project> {
  try {
    return await openProject(folder, host.home)
  } catch (error) {
    if (!isProductError(error, 'project-missing')) throw error
    const project = await projectAt(folder, host.home)
    if ((await recordedFolder(host, project.key)) !== project.path) throw error
    return project
  }
}

/** Notifies watchers of the folder of all projects that this one changed. */
export async function notifyWatchers(projectFolder: string): Promise<void> {
  const now = new Date()
  await utimes(projectFolder, now, now).catch(() => {})
}
