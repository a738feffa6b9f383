import { Readable } from 'node:stream'
import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'
import { engineVersion } from './connection/engine-version.ts'

/** In milliseconds: a folder with all dependencies of a project. */
const DEADLINE = 30 * 60_000
/** In bytes. A tar of small files comes in three pieces a file, each of which would be sent by itself. */
const CHUNK_SIZE = 256 * 1024

/**
 * Unpacks a tar into a folder of a container, running or not, and into what is mounted there; owners are those of the
 * tar. A plain tar: the engine would unpack compressed data with a program.
 * Errors: those of the tar; `engine-refused`, `engine-unreachable`, `disk-full`, `cancelled`.
 */
export async function copyInto(
  engine: Engine,
  container: string,
  folder: string,
  tar: AsyncIterable<unknown>,
  run: { signal?: AbortSignal | undefined },
): Promise<void> {
  // Podman's `copyUIDGID` is the contrary of its name: with it everything is given to the container's user.
  const isPodman = (await engineVersion(engine)).name === 'Podman'
  let failed: unknown
  const chunks = async function* () {
    try {
      yield* inLargeChunks(tar)
    } catch (error) {
      failed = error
      throw error
    }
  }
  await call(
    `copying to ${folder} of the container`,
    (abortSignal) => {
      // dockerode's types do not know that every call can be aborted.
      const query = { path: folder, ...(isPodman && { copyUIDGID: false }) }
      const options = { _query: query, abortSignal } as unknown as { path: string }
      const body = Readable.from(chunks(), { objectMode: false })
      return engine.docker.getContainer(container).putArchive(body, options)
    },
    { signal: run.signal, deadline: DEADLINE },
  ).catch((error: unknown) => {
    throw failed ?? error
  })
}

async function* inLargeChunks(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    const bytes = chunk as Buffer
    waiting.push(bytes)
    length += bytes.length
    if (length < CHUNK_SIZE) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(waiting)
}

/**
 * A folder of a container, running or not, as a plain tar, with what is mounted there. The folder comes first, and the
 * names of all else begin with what it is called in the tar: by Docker its own, by Podman nothing where a volume is
 * mounted there. Podman reports root as the owner of everything. Errors: `engine-refused`, `engine-unreachable`,
 * `cancelled`.
 */
export async function copyFrom(
  engine: Engine,
  container: string,
  folder: string,
  run: { signal?: AbortSignal | undefined },
): Promise<Readable> {
  const stream = await call(
    `copying ${folder} of the container`,
    (abortSignal) =>
      engine.docker.getContainer(container).getArchive({ path: folder, abortSignal } as { path: string }),
    { signal: run.signal, deadline: DEADLINE },
  )
  return stream as Readable
}
