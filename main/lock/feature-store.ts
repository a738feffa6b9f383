import { hash } from 'node:crypto'
import { readdir, readFile, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { FeaturePin } from '../../shared/lock.ts'
import { InputFile } from '../../shared/plan.ts'
import type { Home } from '../store/home.ts'
import { withStoreLock } from '../store/store-lock.ts'
import { writeFileWhole } from '../store/write-file.ts'
import type { ArchiveEntry } from './feature-archive.ts'
import { featureKey, isTarball } from './feature-pin.ts'

/** The record of a stored feature; the contents of its files are among the blobs. */
const StoredFeature = z.array(InputFile)

/** A feature on this computer. */
export interface Stored {
  /** Paths relative to its folder. */
  files: InputFile[]
  /** The text of its devcontainer-feature.json. */
  metadata: string
}

/** What a stored feature is found by: its digest, and the repository or the address that has it. */
type Origin = Pick<FeaturePin, 'integrity' | 'resolved'>

/**
 * One record for each origin: a digest alone says nothing about who made the content, and a lock may pin a name to the
 * digest of somebody else's feature.
 */
function recordOf(home: Home, { integrity, resolved }: Origin): string {
  const origin = hash('sha256', isTarball(resolved) ? featureKey(resolved) : resolved)
  return path.join(home.features, `${integrity.slice('sha256:'.length)}-${origin.slice(0, 16)}.json`)
}

/** Stores the content of a feature, which was read from its origin. Errors: `storage-failed`, `busy`. */
export function storeFeature(home: Home, origin: Origin, entries: ArchiveEntry[]): Promise<void> {
  const above = new Set(entries.map((entry) => path.posix.dirname(entry.path)))
  return withStoreLock(home, async () => {
    const files: InputFile[] = []
    for (const entry of entries) {
      if (entry.kind === 'folder') {
        if (!above.has(entry.path)) files.push([entry.path, false, 'dir'])
        continue
      }
      if (entry.kind === 'link') {
        files.push([entry.path, false, `-> ${entry.target}`])
        continue
      }
      const sha256 = hash('sha256', entry.content)
      await writeFileWhole(path.join(home.blobs, sha256), entry.content)
      files.push([entry.path, entry.executable, sha256])
    }
    // The record comes last: whatever it names is there.
    await writeFileWhole(recordOf(home, origin), JSON.stringify(files))
  })
}

/** A feature that was stored from its origin; undefined if it is not there, or not whole: then it has to be fetched. */
export async function storedFeature(home: Home, origin: Origin): Promise<Stored | undefined> {
  try {
    const record = recordOf(home, origin)
    const files = StoredFeature.parse(JSON.parse(await readFile(record, 'utf8')))
    const contents = await Promise.all(
      files.map(async ([name, , sha256]) => {
        if (sha256 === 'dir' || sha256.startsWith('-> ')) return undefined
        const content = await readFile(path.join(home.blobs, sha256))
        if (hash('sha256', content) !== sha256) throw new Error(`${name} is damaged`)
        return name === 'devcontainer-feature.json' ? content.toString('utf8') : undefined
      }),
    )
    const metadata = contents.find((text) => text !== undefined)
    // A data folder that cannot be written can be read all the same.
    await keepFresh(record).catch(() => {})
    return metadata === undefined ? undefined : { files, metadata: metadata.replace(/^\ufeff/, '') }
  } catch {
    return undefined
  }
}

/** The integrities, `sha256:…`, under which a feature with exactly these files is stored. */
export async function integritiesOf(home: Home, files: InputFile[]): Promise<string[]> {
  const wanted = contentOf(files)
  const names = await readdir(home.features).catch(() => [])
  const found = await Promise.all(
    names.map(async (name) => {
      const [, hex] = /^([0-9a-f]{64})(?:-[0-9a-f]{16})?\.json$/.exec(name) ?? []
      if (hex === undefined) return []
      try {
        const record = StoredFeature.parse(JSON.parse(await readFile(path.join(home.features, name), 'utf8')))
        return contentOf(record) === wanted ? [`sha256:${hex}`] : []
      } catch {
        return []
      }
    }),
  )
  return [...new Set(found.flat())].sort()
}

const contentOf = (files: InputFile[]): string =>
  JSON.stringify(files.map((file) => JSON.stringify(file)).sort())

/** In milliseconds: half the time for which a record without a version is kept. */
const HALF_DAY = 43_200_000

/** What was just found is about to be used, perhaps for a new version: no cleanup may remove it before. */
async function keepFresh(record: string): Promise<void> {
  const now = Date.now()
  if (now - (await stat(record)).mtimeMs > HALF_DAY) await utimes(record, now / 1000, now / 1000)
}
