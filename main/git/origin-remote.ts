import type { Project } from '../store/open-project.ts'
import { queryGit } from './query-git.ts'

/**
 * The URL of a folder's git remote `origin`, without credentials; null if there is none. Only reads the configuration,
 * which runs nothing.
 */
export const readRemote = async (project: Pick<Project, 'path'>): Promise<string | null> =>
  (await queryRemote(project)) ?? null

/** The same; undefined if git is missing or does not answer. Settings that git cannot read are as none. */
export async function queryRemote(project: Pick<Project, 'path'>): Promise<string | null | undefined> {
  const args = ['config', '--get', 'remote.origin.url']
  const text = await queryGit(project.path, args, process.env, { codes: ANSWERS })
  if (text === undefined) return undefined
  const address = text.trim()
  return address === '' ? null : withoutLogin(address)
}

/** A value, none, or settings that are broken (git-config(1)). */
const ANSWERS = [0, 1, 3, 128]

/** An address such as `https://name:token@host/path` without what stands before the `@`. */
const withoutLogin = (address: string): string => address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
