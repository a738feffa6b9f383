import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Extract, extract, type Pack, pack } from 'tar-stream'
import {
  CHECKSUMS,
  Checksums,
  MANIFEST,
  MAX_DOCUMENT,
  Manifest,
  readEntry,
  VolumeCheck,
  writeEntry,
} from './archive-entries.ts'
import { drained } from './drained.ts'

type Entry = Extract extends AsyncIterable<infer E> ? E : never

/** Writes the content of a volume, by its index, from a tar whose names begin with `root`. */
export interface WriteVolume {
  root: string
  write(index: number, manifest: Manifest, tar: Pack): Promise<void>
}

/**
 * Reads an archive of any origin, and passes each volume on while it is read. The archive is complete only when this
 * returns: discard everything that was passed on before an error. Throws an error with the reason.
 */
export async function readArchive(archive: Readable, to: WriteVolume): Promise<Manifest> {
  const entries = extract()
  const reading = pipeline(archive, entries as unknown as NodeJS.WritableStream)
  reading.catch(() => {})
  const sums: string[] = []
  let manifest: Manifest | undefined
  let volume: OpenVolume | undefined
  let ended = false
  try {
    for await (const entry of entries) {
      const { name } = entry.header
      if (ended) throw new Error('it goes on after its end')
      if (!manifest) {
        if (name !== MANIFEST) throw new Error('it does not begin as one')
        manifest = Manifest.parse(await document(entry))
        if (new Set(manifest.volumes).size < manifest.volumes.length)
          throw new Error('a volume is there twice')
      } else if (name === CHECKSUMS) {
        if (volume) sums.push(await volume.end())
        volume = undefined
        const { volumes } = Checksums.parse(await document(entry))
        if (sums.length < manifest.volumes.length) throw new Error('a volume is missing')
        if (volumes.join() !== sums.join()) throw new Error('its checksums do not match its content')
        ended = true
      } else {
        const index = Number(/^volumes\/(\d{1,4})(?:\/|$)/.exec(name)?.[1] ?? -1)
        if (index !== (volume?.index ?? -1)) {
          if (volume) sums.push(await volume.end())
          if (index !== sums.length || index >= manifest.volumes.length)
            throw new Error(`"${name}" is no part of it`)
          volume = new OpenVolume(index, manifest, to)
        }
        await volume?.add(entry)
      }
    }
    await reading
    if (!manifest || !ended) throw new Error('it is cut short')
    return manifest
  } catch (error) {
    // The first failure is the reason: it makes the abandoned streams fail as well.
    const reason = volume?.failure ?? error
    await volume?.abandon(error as Error)
    throw reason
  }
}

/** A volume that is read and written at the same time. */
class OpenVolume {
  readonly index: number
  private readonly root: string
  private readonly tar = pack()
  private readonly check = new VolumeCheck()
  private readonly written: Promise<void>
  /** The reason why it could not be written. */
  failure: unknown

  constructor(index: number, manifest: Manifest, to: WriteVolume) {
    this.index = index
    this.root = to.root
    // The reader gets the error.
    this.tar.on('error', () => {})
    this.written = to.write(index, manifest, this.tar)
    this.written.catch((error: unknown) => {
      this.failure = error
      // A waiting writer continues, and fails.
      this.tar.destroy()
    })
  }

  async add(stream: Entry): Promise<void> {
    const entry = readEntry(stream.header, `volumes/${this.index}`)
    if (!entry) throw new Error(`"${stream.header.name}" is neither a file nor a folder nor a link`)
    this.check.add(entry)
    const sink = this.tar.entry(writeEntry(entry, this.root))
    sink.on('error', () => {})
    for await (const chunk of stream) {
      if (this.failure !== undefined) throw this.failure
      this.check.content(chunk as Buffer)
      if (!sink.write(chunk)) await drained(sink)
    }
    sink.end(null)
  }

  async end(): Promise<string> {
    this.tar.finalize()
    await this.written
    return this.check.sum()
  }

  async abandon(error: Error): Promise<void> {
    this.tar.destroy(error)
    await this.written.catch(() => {})
  }
}

async function document(entry: Entry): Promise<unknown> {
  if ((entry.header.size ?? 0) > MAX_DOCUMENT) throw new Error(`"${entry.header.name}" is too large`)
  const parts: Buffer[] = []
  for await (const part of entry) parts.push(part as Buffer)
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}
