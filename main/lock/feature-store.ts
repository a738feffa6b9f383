import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { InputFile } from '../../shared/plan.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'
import type { ArchiveEntry } from './feature-archive.ts'

/** The record of a stored feature; the contents of its files are among the blobs. */
const StoredFeature = z.array(InputFile)

/** A feature on this computer. */
export interface Stored {
  /** Paths relative to its folder. */
  files: InputFile[]
  /** The text of its devcontainer-feature.json. */
  metadata: string
}

const recordOf = (home: Home, integrity: string): string =>
  path.join(home.features, `${integrity.slice('sha256:'.length)}.json`)

/** Stores the content of a feature under its integrity, `sha256:…`. Errors: `storage-failed`. */
export async function storeFeature(home: Home, integrity: string, entries: ArchiveEntry[]): Promise<void> {
  const files: InputFile[] = []
  for (const entry of entries) {
    if (entry.kind === 'folder') continue
    if (entry.kind === 'link') {
      files.push([entry.path, false, `-> ${entry.target}`])
      continue
    }
    const sha256 = hash('sha256', entry.content)
    await writeFileWhole(path.join(home.blobs, sha256), entry.content)
    files.push([entry.path, entry.executable, sha256])
  }
  // The record comes last: whatever it names is there.
  await writeFileWhole(recordOf(home, integrity), JSON.stringify(files))
}

/** A stored feature; undefined if it is not there, or not whole: then it has to be fetched. */
export async function storedFeature(home: Home, integrity: string): Promise<Stored | undefined> {
  try {
    const files = StoredFeature.parse(JSON.parse(await readFile(recordOf(home, integrity), 'utf8')))
    const contents = await Promise.all(
      files.map(async ([name, , sha256]) => {
        if (sha256.startsWith('-> ')) return undefined
        const content = await readFile(path.join(home.blobs, sha256))
        if (hash('sha256', content) !== sha256) throw new Error(`${name} is damaged`)
        return name === 'devcontainer-feature.json' ? content.toString('utf8') : undefined
      }),
    )
    const metadata = contents.find((text) => text !== undefined)
    return metadata === undefined ? undefined : { files, metadata: metadata.replace(/^\ufeff/, '') }
  } catch {
    return undefined
  }
}
