import { extract, pack } from 'tar-stream'
import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'

/**
 * Puts the files of a tar into a folder of a container, as files of that user. A plain tar: the engine would unpack
 * compressed data with a program.
 * Errors: `engine-refused`, `engine-unreachable`.
 */
export async function putFiles(
  engine: Engine,
  container: string,
  { home, uid, gid }: { home: string; uid: number; gid: number },
  tar: Buffer,
): Promise<void> {
  const owned = pack()
  const read = extract()
  read.end(tar)
  const written: Buffer[] = []
  const done = (async () => {
    for await (const chunk of owned) written.push(chunk as Buffer)
  })()
  for await (const entry of read) {
    const { header } = entry
    const parts: Buffer[] = []
    for await (const part of entry) parts.push(part as Buffer)
    owned.entry({ ...header, uid, gid, uname: '', gname: '' }, Buffer.concat(parts))
  }
  owned.finalize()
  await done
  await putTar(engine, container, home, Buffer.concat(written))
}

/** Unpacks a plain tar into a folder of a container, running or not. Errors: `engine-refused`, `engine-unreachable`. */
export async function putTar(
  engine: Engine,
  container: string,
  folder: string,
  tar: Buffer,
  run: { signal?: AbortSignal } = {},
): Promise<void> {
  await call(
    `writing to ${folder} of the container`,
    (abortSignal) =>
      engine.docker
        .getContainer(container)
        .putArchive(tar, { path: folder, abortSignal } as { path: string }),
    { signal: run.signal },
  )
}
