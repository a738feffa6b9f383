import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { AccountFiles } from '../../container/launch/accounts.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { openImage } from '../../drift/image-files.ts'
import { writeFileWhole } from '../../store/write-file.ts'

/** The number of images whose accounts are remembered, the newest first: those that a person switches between. */
const REMEMBERED = 8

const Remembered = z.array(z.object({ image: z.string(), passwd: z.string(), group: z.string() }))
type Remembered = z.infer<typeof Remembered>

/**
 * The accounts of an image, by its id on the engine; undefined if it has none that can be read. They are remembered in
 * the project's folder `folder` in the data folder, because an engine reads an image's files only through a container.
 * Error: `engine-unreachable`.
 */
export async function imageAccounts(
  engine: Engine,
  folder: string,
  key: ProjectKey,
  image: string,
): Promise<AccountFiles | undefined> {
  const file = path.join(folder, 'accounts.json')
  const remembered = await readRemembered(file)
  const known = remembered.find((one) => one.image === image)
  const found = known ?? (await readAccounts(engine, { key, folder }, image))
  if (!found) return undefined
  if (!known) {
    const next: Remembered = [{ image, ...found }, ...remembered].slice(0, REMEMBERED)
    // This is only a cache: a full disk must not prevent a start.
    await writeFileWhole(file, JSON.stringify(next)).catch(() => {})
  }
  const { passwd, group } = found
  return { passwd, group }
}

async function readAccounts(
  engine: Engine,
  project: { key: ProjectKey; folder: string },
  image: string,
): Promise<AccountFiles | undefined> {
  const opened = openImage(engine, project, { image, ordinal: null }, {})
  try {
    const [passwd, group] = await Promise.all(
      ['/etc/passwd', '/etc/group'].map(async (at) => (await opened.read(at)).get(at)),
    )
    return passwd === undefined || group === undefined ? undefined : { passwd, group }
  } catch (error) {
    // A failure of the engine must not prevent a start: the user then has the ids of the image.
    if (isProductError(error, 'engine-unreachable') || !isProductError(error)) throw error
    return undefined
  } finally {
    await opened.close().catch(() => {})
  }
}

async function readRemembered(file: string): Promise<Remembered> {
  const text = await readFile(file, 'utf8').catch(() => '[]')
  try {
    return Remembered.parse(JSON.parse(text))
  } catch {
    return []
  }
}
