import path from 'node:path'

/** A folder that no code inside can write. */
const NEUTRAL = path.dirname(process.execPath)

/**
 * Where a program that is called by its name starts, and its environment: code inside must not decide what runs here. Windows
 * looks for programs in the working folder first, so that is never a project's; and only absolute folders of `PATH` count.
 */
export const programPlace = (
  env: Readonly<Record<string, string | undefined>>,
): { cwd: string; env: Record<string, string | undefined> } => ({
  cwd: NEUTRAL,
  env: Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, /^path$/i.test(name) ? absoluteOnly(value) : value]),
  ),
})

/** Without a folder left, it is one all the same: an empty text is the working folder. */
const absoluteOnly = (folders: string | undefined): string | undefined =>
  folders &&
  (folders
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .join(path.delimiter) ||
    NEUTRAL)
