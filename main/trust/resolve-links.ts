import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import { errorCode } from '../files/error-code.ts'

/**
 * The real path of a path, with links resolved as the engine does: what does not exist yet is appended to the nearest
 * existing folder. `file` is named in the error.
 * Errors: `definition-invalid` for what cannot be followed.
 */
export async function resolveLinks(written: string, file: string): Promise<string> {
  const whole = await realPathOf(written, file)
  if (whole !== undefined) return whole
  const above: string[] = []
  for (let at = written; path.dirname(at) !== at; at = path.dirname(at)) above.push(path.dirname(at))
  // By halving: a definition can name folders within folders by the thousand, none of which exists.
  let [exists, missing] = [above.length - 1, -1]
  let found = await realPathOf(above[exists] ?? written, file)
  while (exists - missing > 1) {
    const middle = (exists + missing) >> 1
    const real = await realPathOf(above[middle] ?? written, file)
    if (real === undefined) missing = middle
    else [exists, found] = [middle, real]
  }
  const last = missing < 0 ? written : (above[missing] ?? written)
  // The engine would follow it as soon as its target exists.
  if (await lstat(last).then(Boolean, () => false)) {
    throw productError('definition-invalid', {
      file,
      problem: `it mounts ${last}, a link to something that does not exist`,
    })
  }
  return found === undefined ? written : path.join(found, path.relative(above[exists] ?? written, written))
}

/** Undefined for what does not exist. */
async function realPathOf(written: string, file: string): Promise<string | undefined> {
  try {
    return await realpath(written)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const problem = `it mounts ${written}, which cannot be checked (${code})`
    throw productError('definition-invalid', { file, problem }, { cause: error })
  }
}
