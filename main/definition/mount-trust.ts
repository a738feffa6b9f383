import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, normalize } from 'node:path'
import type { Mount } from '../../shared/definition.ts'
import { productError } from '../../shared/errors.ts'
import { isInside } from './local-variables.ts'
import { systemCode } from './system-code.ts'

/**
 * Refuses *resolved* mounts that reach beyond the given folders (the project's, its git root) by their
 * text: `not-trusted`. `file` is named in the error. Made for the definition and the create request alike.
 */
export function assertMountsTrusted(mounts: readonly Mount[], roots: readonly string[], file: string): void {
  for (const mount of mounts) {
    if (mount.kind === 'bind') {
      const inside = isAbsolute(mount.source) && roots.some((root) => isInside(normalize(mount.source), root))
      if (!inside) throw reaches(file, mount.source)
    }
    // An engine takes a volume's name that looks like a path for a folder of this computer.
    if (mount.kind === 'volume' && /[\\/:]/.test(mount.source)) throw reaches(file, mount.source)
  }
}

/** The same after following links, which the engine does too; what does not exist yet is judged by its parent. */
export async function assertMountLinksTrusted(
  mounts: readonly Mount[],
  roots: readonly string[],
  file: string,
): Promise<void> {
  const real = await Promise.all(roots.map((root) => nearestRealPath(root, file)))
  for (const mount of mounts) {
    if (mount.kind !== 'bind') continue
    const target = await nearestRealPath(mount.source, file)
    if (!real.some((root) => isInside(target, root))) {
      throw reaches(file, `${mount.source}, a link to ${target}`)
    }
  }
}

const reaches = (file: string, source: string) =>
  productError('not-trusted', { file, what: `it mounts ${source}` })

/** The real path of a path, or of the nearest folder above it that exists. */
async function nearestRealPath(path: string, file: string): Promise<string> {
  const whole = await realPathOf(path, file)
  if (whole !== undefined) return whole
  const above: string[] = []
  for (let at = path; dirname(at) !== at; at = dirname(at)) above.push(dirname(at))
  // By halving: a definition can name folders within folders by the thousand, none of which exists.
  let [exists, missing] = [above.length - 1, -1]
  let found = await realPathOf(above[exists] ?? path, file)
  while (exists - missing > 1) {
    const middle = (exists + missing) >> 1
    const real = await realPathOf(above[middle] ?? path, file)
    if (real === undefined) missing = middle
    else [exists, found] = [middle, real]
  }
  return found ?? path
}

/** Undefined for what does not exist. */
async function realPathOf(path: string, file: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw reaches(file, `${path}, which cannot be checked (${code})`)
  }
}
