import { normalize } from 'node:path/posix'
import { productError } from '../../shared/errors.ts'
import type { FilePlace } from '../../shared/file.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type PathStat, statPath } from '../docker/path-stat.ts'
import { type MountPlaces, placeOf } from './mount-of-path.ts'

/** A file of a container: its path, where a link led to it, and where that lies. */
export interface FoundFile extends Pick<PathStat, 'size' | 'mode'> {
  path: string
  place: FilePlace
}

/**
 * Finds a file of a container, running or not, by an absolute path; a link is followed inside the container. Nothing is
 * opened: a pipe or a device is refused by what the engine says of it.
 * Errors: `path-missing`, `path-not-file`, `path-not-shown`; those of the engine.
 */
export async function findFile(
  engine: Engine,
  container: string,
  mounts: MountPlaces,
  at: string,
  run: { signal: AbortSignal },
): Promise<FoundFile> {
  const path = normalize(at)
  requireShown(path, placeOf(path, mounts))
  const found = await statPath(engine, container, path, run)
  if (found?.kind === 'link') {
    // The engine has followed it to its end.
    if (found.target === path) throw productError('path-missing', { path })
    return findFile(engine, container, mounts, found.target, run)
  }
  if (!found) throw productError('path-missing', { path })
  const { kind, size, mode } = found
  if (kind !== 'file') throw productError('path-not-file', { path, kind })
  return { path, place: placeOf(path, mounts), size, mode }
}

/** Refuses what the engine does not see. Errors: `path-not-shown`. */
export function requireShown(path: string, place: FilePlace): void {
  if (place === 'memory' || place === 'kernel') throw productError('path-not-shown', { path, place })
}
