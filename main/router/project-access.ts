import { stat } from 'node:fs/promises'
import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Host } from '../host/host.ts'
import { openOrRecorded, openRecorded, recordedFolder } from '../store/project-records.ts'

/** How a project that was opened is reached by its key. Errors: `project-unknown`, `project-missing`. */
export function projectAccess(host: Host) {
  const open = (key: ProjectKey) => openRecorded(host, key)
  /** The same of one whose folder is gone, for what removes. */
  const openGone = async (key: ProjectKey) => {
    const folder = await recordedFolder(host, key)
    if (folder === undefined) return open(key)
    const project = await openOrRecorded(host, folder)
    // A folder that became a link leads to an unintended project.
    if (project.key !== key) throw productError('project-missing', { path: folder })
    return project
  }
  const folderOf = async (key: ProjectKey) => (await open(key)).path
  /** What is recorded of a project is there although its folder is gone, or never came: its clone failed. */
  const recordsOf = async (key: ProjectKey) => {
    const folder = host.home.project(key)
    if (!(await stat(folder).catch(() => undefined))) throw productError('project-unknown', { key })
    return folder
  }
  return { open, openGone, folderOf, recordsOf }
}

export type ProjectAccess = ReturnType<typeof projectAccess>
