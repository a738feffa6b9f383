import { execFile } from 'node:child_process'
import type { Warning } from '../../shared/definition.ts'

/**
 * Those of the files (relative to the folder) that git tracks; undefined where the folder is in no working tree, or git
 * does not answer.
 */
export function trackedFiles(folder: string, files: string[]): Promise<Set<string> | undefined> {
  return listFiles(folder, [], files)
}

/** What is worth saying of files that would be inputs if git tracked them; nothing of those that it is told to ignore. */
export async function untrackedWarnings(folder: string, files: string[]): Promise<Warning[]> {
  const untracked = (await listFiles(folder, ['--others', '--exclude-standard'], files)) ?? []
  return [...untracked].map((file) => ({
    code: UNTRACKED,
    message: `${file} is not tracked by git, and so is no part of the version: "git add ${file}" makes it one.`,
  }))
}

/** The code of such a warning. It is said also when nothing is to be done: it may be the reason. */
export const UNTRACKED = 'untracked-input'

function listFiles(folder: string, which: string[], files: string[]): Promise<Set<string> | undefined> {
  if (files.length === 0) return Promise.resolve(new Set())
  return new Promise((resolve) => {
    // Settings of the repository must not make git run anything.
    const options = ['-c', 'core.fsmonitor=false', '--literal-pathspecs', '-C', folder]
    const command = [...options, 'ls-files', '-z', ...which, '--', ...files]
    execFile('git', command, { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : new Set(stdout.split('\0').filter(Boolean))),
    )
  })
}
