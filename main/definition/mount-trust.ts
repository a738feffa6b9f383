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

async function nearestRealPath(path: string, file: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    if (missing && dirname(path) !== path) return nearestRealPath(dirname(path), file)
    throw reaches(file, `${path}, which cannot be checked (${code})`)
  }
}
