import { access, constants } from 'node:fs/promises'
import path from 'node:path'

/**
 * Finds a program of the person's computer by its file name, in the absolute folders of `PATH` and then in `more`.
 * Returns its absolute path, or undefined.
 */
export async function findProgram(
  env: Record<string, string | undefined>,
  name: string,
  more: string[] = [],
): Promise<string | undefined> {
  // If PATH contains the current folder, a repository could decide what runs.
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
  for (const folder of [...folders, ...more]) {
    const file = path.join(folder, name)
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return file
  }
  return undefined
}
