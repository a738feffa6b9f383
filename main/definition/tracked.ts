import { execFile } from 'node:child_process'

/**
 * Those of the files (relative to the folder) that git tracks; undefined where the folder is in no working tree, or git
 * does not answer.
 */
export function trackedFiles(folder: string, files: string[]): Promise<Set<string> | undefined> {
  if (files.length === 0) return Promise.resolve(new Set())
  return new Promise((resolve) => {
    // Settings of the repository must not make git run anything.
    const options = ['-c', 'core.fsmonitor=false', '--literal-pathspecs', '-C', folder]
    execFile('git', [...options, 'ls-files', '-z', '--', ...files], { timeout: 10_000 }, (error, stdout) =>
      resolve(error ? undefined : new Set(stdout.split('\0').filter(Boolean))),
    )
  })
}
