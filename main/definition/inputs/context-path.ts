import path from 'node:path'

/**
 * What the files of a build context are called from the project's folder, from where the context counts, too. The same as
 * joining the two, but for the time that this takes for each of many.
 */
export function inContext(context: string): (file: string) => string {
  const folder = path.posix.join(context, '.', '/')
  const prefix = folder === './' ? '' : folder
  return (file) => prefix + file
}
