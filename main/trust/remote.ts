import { execFile } from 'node:child_process'
import type { Project } from '../project/open.ts'

/**
 * Where git's remote `origin` of a folder points, without a name or password; null where there is none. Only reads the
 * configuration, which runs nothing.
 */
export function readRemote(project: Pick<Project, 'path'>): Promise<string | null> {
  return new Promise((resolve) => {
    const options = ['-C', project.path, 'config', '--get', 'remote.origin.url']
    execFile('git', options, { timeout: 10_000 }, (error, stdout) =>
      resolve(error || stdout.trim() === '' ? null : withoutLogin(stdout.trim())),
    )
  })
}

/** An address such as `https://name:token@host/path` without what stands before the `@`. */
const withoutLogin = (address: string): string => address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
