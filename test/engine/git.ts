import { execFileSync } from 'node:child_process'

/** Runs git in a folder as somebody; gives what it printed. */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', folder, ...args], {
    encoding: 'utf8',
  })
