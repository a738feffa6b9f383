import path from 'node:path'
import { extract } from 'tar-stream'
import type { Engine } from './connection/connect.ts'
import { call, isNotFound } from './connection/engine-call.ts'

/** A container may hold anything; more than this is not read of it at once (bytes). */
const MAX_READ = 64 * 1024 * 1024

/**
 * Reads text files of a container, running or not: the file at `from`, or what is `wanted` of the folder at `from`.
 * Returns them by absolute path; missing paths and non-files are omitted. Nothing in the container runs.
 * Errors: `engine-refused` (also for more than 64 MB), `engine-unreachable`, `cancelled`.
 */
export async function readFiles(
  engine: Engine,
  container: string,
  from: string,
  wanted: (file: string) => boolean,
  run: { signal?: AbortSignal | undefined } = {},
): Promise<Map<string, string>> {
  try {
    return await call(
      `reading ${from} of the container`,
      async (abortSignal) => {
        // dockerode's types do not know that every call can be aborted.
        const options = { path: from, abortSignal } as { path: string }
        const stream = await engine.docker.getContainer(container).getArchive(options)
        return filesOf(await readWhole(stream, abortSignal), path.posix.dirname(from), wanted)
      },
      { signal: run.signal, expected: [404] },
    )
  } catch (error) {
    if (isNotFound(error)) return new Map()
    throw error
  }
}

async function readWhole(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<Buffer> {
  const source = stream as NodeJS.ReadableStream & { destroy(error?: Error): void }
  const cancel = () => source.destroy(new Error('aborted'))
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of source) {
      size += chunk.length
      if (size > MAX_READ) throw new Error(`it holds more than ${MAX_READ / 1024 / 1024} MB`)
      chunks.push(chunk as Buffer)
    }
    signal.throwIfAborted()
    return Buffer.concat(chunks)
  } finally {
    signal.removeEventListener('abort', cancel)
    source.destroy()
  }
}

/** The names in the engine's tar begin with the last part of the path that was asked for. */
async function filesOf(
  tar: Buffer,
  folder: string,
  wanted: (file: string) => boolean,
): Promise<Map<string, string>> {
  const unpack = extract()
  unpack.end(tar)
  const files = new Map<string, string>()
  for await (const entry of unpack) {
    const file = path.posix.join(folder, entry.header.name)
    if (entry.header.type !== 'file' || !wanted(file)) {
      entry.resume()
      continue
    }
    const parts: Buffer[] = []
    for await (const part of entry) parts.push(part as Buffer)
    files.set(file, Buffer.concat(parts).toString('utf8'))
  }
  return files
}
