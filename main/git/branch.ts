import path from 'node:path'
import { sanitize } from '../../shared/sanitize.ts'
import { readSmall } from '../files/read-text.ts'
import type { Project } from '../store/open-project.ts'
import { gitFolder } from './git-folder.ts'

/** The current branch, or the first digits of the commit; null without git. */
export async function readBranch(project: Project): Promise<string | null> {
  const folder = await gitFolder(project)
  if (folder === undefined) return null
  const head = (await readSmall(path.join(folder, 'HEAD'))) ?? ''
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1]
  if (branch !== undefined) return sanitize(branch)
  return /^[0-9a-f]{40,64}$/m.exec(head)?.[0].slice(0, 7) ?? null
}
