import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Pack } from 'tar-stream'
import { CHECKSUMS, MANIFEST, type Manifest, readEntry, VolumeCheck, writeEntry } from './archive-entries.ts'
import { drained } from './drained.ts'

/** Reads the tar of a volume, by its number, and gives it to `use` with what its names begin with. */
export type ReadVolume = (index: number, use: (tar: Readable, root: string) => Promise<void>) => Promise<void>

/** Writes a snapshot into a tar: its manifest, the entries of its volumes, and their checksums. */
export async function writeArchive(pack: Pack, manifest: Manifest, read: ReadVolume): Promise<void> {
  pack.entry({ name: MANIFEST }, JSON.stringify(manifest))
  const sums: string[] = []
  for (const index of manifest.volumes.keys()) {
    const check = new VolumeCheck()
    await read(index, (tar, root) => writeVolume(pack, `volumes/${index}`, tar, root, check))
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
  // Reported by the loop below, which ends with it.
  reading.catch(() => {})
  for await (const stream of entries) {
    const entry = readEntry(stream.header, root)
    if (!entry) {
      stream.resume()
      continue
    }
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
