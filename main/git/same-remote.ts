import { stat } from 'node:fs/promises'
import path from 'node:path'
import { type GitOptions, runGit } from './run-git.ts'

/**
 * The addresses of a working tree's remotes; none if the folder is not the root of a working tree. Reads its settings
 * only.
 */
export async function remotesOf(folder: string, options: GitOptions): Promise<string[]> {
  const file = path.join(folder, '.git', 'config')
  if (!(await stat(file).catch(() => undefined))?.isFile()) return []
  const { stdout } = await runGit(
    ['config', '-z', '--file', file, '--get-regexp', '^remote\\..*\\.url$'],
    options,
  )
  return stdout.split('\0').flatMap((entry) => entry.split('\n')[1] ?? [])
}

/** Whether two addresses lead to the same repository, with any protocol. */
export const isSameRemote = (a: string, b: string): boolean => placeOf(a) === placeOf(b)

/** Host, unusual port and path. */
function placeOf(address: string): string {
  const [, host = '', port = '', repository = ''] =
    /^(?:https|ssh):\/\/(?:[^/@]*@)?([^/:]+)(?::(\d+))?\/(.*)$/.exec(address) ??
    /^(?:[^/@]*@)?([^/:@]+)()(?::)\/?(.*)$/.exec(address) ??
    /^http:\/\/([^/:]+)(?::(\d+))?\/(.*)$/.exec(address) ??
    []
  if (host === '') return address
  const plain = repository.replace(/\/+$/, '').replace(/\.git$/, '')
  return `${host.toLowerCase()}:${port}/${plain}`
}
