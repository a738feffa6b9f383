import { posix } from 'node:path'
import type { Scalar } from '../yaml/node.ts'
import { invalidAt, quotedAsWritten } from '../yaml/problem.ts'

/**
 * A path of a Compose file as it is meant from the project's folder: `./data`, `../data`, `.`; what is no relative path
 * stays: `/data`, `~/data`, `C:\data`. Error: definition-invalid for another person's home.
 */
export function resolvePath(scalar: Scalar): Scalar {
  const written = String(scalar.value)
  if (/^~[^/\\]/.test(written)) {
    throw invalidAt(
      scalar.place,
      `${quotedAsWritten(scalar)} is the home of another user; write the whole path`,
    )
  }
  if (isAbsolute(written) || written.startsWith('~')) return scalar
  return { ...scalar, value: fromFolder(scalar.place.source.base, written) }
}

/** A relative path from a folder, both with forward slashes, in the form that begins with a dot. */
export function fromFolder(folder: string, written: string): string {
  const path = posix.join(folder, /^\.\.?\\/.test(written) ? written.replaceAll('\\', '/') : written)
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path
  return plain === '.' || plain === '..' || plain.startsWith('../') ? plain : `./${plain}`
}

/** Whether a path is absolute on any system; a container's paths and those of Windows are, everywhere. */
export const isAbsolute = (path: string): boolean => /^(?:\/|\\\\|[a-z]:[\\/])/i.test(path)

/** Whether a path that is meant from the project's folder leads out of its repository. `inRoot`: where the project lies in it. */
export function leavesRepository(path: string, inRoot: string): boolean {
  if (isAbsolute(path) || path.startsWith('~')) return true
  const joined = posix.join(inRoot, path)
  return joined === '..' || joined.startsWith('../')
}

/** Whether a text names something that would have to be fetched. */
export const isRemote = (text: string): boolean =>
  text.includes('://') || /^(?:git@|github\.com\/)/.test(text)
