import type { Project } from '../store/open-project.ts'
import { queryGit } from './query-git.ts'

/**
 * The URL of a folder's git remote `origin`, without credentials; null if there is none. Only reads the configuration,
 * which runs nothing.
 */
export async function readRemote(project: Pick<Project, 'path'>): Promise<string | null> {
  const text = await queryGit(project.path, ['config', '--get', 'remote.origin.url'], process.env)
  const address = text?.trim() ?? ''
  return address === '' ? null : withoutLogin(address)
}

/** An address such as `https://name:token@host/path` without what stands before the `@`. */
const withoutLogin = (address: string): string => address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
