import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Pack } from 'tar-stream'
import { isProductError, productError } from '../../../shared/errors.ts'
import {
  CHECKSUMS,
  MANIFEST,
  type Manifest,
  pathBelow,
  readEntry,
  VolumeCheck,
  type VolumeEntry,
  writeEntry,
} from './archive-entries.ts'
import { drained } from './drained.ts'

/** Reads the tar of a volume, by its index, and passes it to `use` with the prefix of its names. */
export type ReadVolume = (index: number, use: (tar: Readable, root: string) => Promise<void>) => Promise<void>

/**
 * Writes a snapshot to a tar: its manifest, the entries of its volumes, and their checksums. Errors: those of `read`;
 * `snapshot-not-exported` with the entry that cannot be written.
 */
export async function writeArchive(pack: Pack, manifest: Manifest, read: ReadVolume): Promise<void> {
  pack.entry({ name: MANIFEST }, JSON.stringify(manifest))
  const sums: string[] = []
  for (const [index, volume] of manifest.volumes.entries()) {
    const check = new VolumeCheck()
    await read(index, (tar, root) =>
      writeVolume(pack, `volumes/${index}`, tar, root, check).catch((error: unknown) => {
        if (isProductError(error)) throw error
        const problem = error instanceof Error ? error.message : String(error)
        throw productError(
          'snapshot-not-exported',
          { name: manifest.name, volume, problem },
          { cause: error },
        )
      }),
    )
    sums.push(check.sum())
  }
  pack.entry({ name: CHECKSUMS }, JSON.stringify({ volumes: sums }))
  pack.finalize()
}

async function writeVolume(
  pack: Pack,
  place: string,
  tar: Readable,
  root: string,
  check: VolumeCheck,
): Promise<void> {
  const entries = extract()
  const reading = pipeline(tar, entries as unknown as NodeJS.WritableStream)
  // The loop below ends with this error and reports it.
  reading.catch(() => {})
  const leftOut = new Set<string>()
  for await (const stream of entries) {
    const entry = readEntry(stream.header, root)
    // A hard link to an omitted entry has no target.
    if (!entry || (entry.type === 'link' && leftOut.has(entry.target))) {
      leftOut.add(entry?.path ?? pathBelow(stream.header.name, root))
      stream.resume()
      continue
    }
    requireText(entry)
    check.add(entry)
    const sink = pack.entry(writeEntry(entry, place))
    for await (const chunk of stream) {
      check.content(chunk as Buffer)
      if (!sink.write(chunk)) await drained(sink)
    }
    sink.end(null)
  }
  await reading
}

/** The replacement character for bytes that are not UTF-8: written back, they would form another name. */
const UNREADABLE = '\uFFFD'

function requireText({ path, target }: VolumeEntry): void {
  const unfit = [path, target].find((text) => text.includes(UNREADABLE))
  if (unfit !== undefined) throw new Error(`The name "${unfit}" is not UTF-8`)
}
