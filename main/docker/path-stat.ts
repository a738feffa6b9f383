import type { FileKind } from '../../shared/file.ts'
import type { Engine } from './connection/connect.ts'
import { call, isNotFound } from './connection/engine-call.ts'

/** What the engine says of a path of a container, without opening it. */
export interface PathStat {
  kind: FileKind
  /** In bytes. */
  size: number
  /** The permissions, without those that make a program run as another user. */
  mode: number
  /** Where a link leads in the end, inside; empty for what is none. */
  target: string
}

/**
 * Looks at an absolute path of a container, running or not, without following a link there; undefined if nothing is there.
 * The engine sees neither what is in memory nor what the kernel shows.
 * Errors: `engine-refused`, `engine-unreachable`, `cancelled`.
 */
export async function statPath(
  engine: Engine,
  container: string,
  at: string,
  run: { signal?: AbortSignal | undefined } = {},
): Promise<PathStat | undefined> {
  try {
    return await call(
      `looking for ${at} in the container`,
      async (abortSignal) => {
        // dockerode's types do not know that every call can be aborted.
        const options = { path: at, abortSignal } as { path: string }
        const answer = await engine.docker.getContainer(container).infoArchive(options)
        answer.resume()
        const { headers } = answer as unknown as { headers: Record<string, string | undefined> }
        return parsePathStat(headers['x-docker-container-path-stat'] ?? '')
      },
      { signal: run.signal, expected: [404] },
    )
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/**
 * Whether a container, running or not, holds something at an absolute path.
 * Errors: `engine-refused`, `engine-unreachable`, `cancelled`.
 */
export const holdsPath = async (...path: Parameters<typeof statPath>): Promise<boolean> =>
  (await statPath(...path)) !== undefined

/** The bits of Go's `fs.FileMode`, which the engine writes. */
const KINDS: [bits: number, kind: FileKind][] = [
  [2 ** 31, 'folder'],
  [2 ** 27, 'link'],
  [2 ** 26 + 2 ** 21, 'device'],
  [2 ** 25, 'pipe'],
  [2 ** 24, 'socket'],
  // What is neither of these nor a regular file.
  [2 ** 19, 'device'],
]

/** Reads the header in which the engine describes a path: base64 of JSON. */
export function parsePathStat(header: string): PathStat {
  const found: unknown = JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  const { mode, size, linkTarget } = found as { mode: number; size: number; linkTarget?: string }
  const kind = KINDS.find(([bits]) => (mode & bits) !== 0)?.[1] ?? 'file'
  return { kind, size, mode: mode & 0o777, target: linkTarget ?? '' }
}
