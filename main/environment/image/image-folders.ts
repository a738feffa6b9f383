import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { ProjectKey } from '../../../shared/ids.ts'
import { type FolderContent, readFolderTar } from '../../data/folder-content.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { copyFrom } from '../../docker/copy-files.ts'
import { inspectImage } from '../../docker/images.ts'
import { holdsPath } from '../../docker/path-stat.ts'
import { openImage } from '../../drift/image-files.ts'
import { writeFileWhole } from '../../store/write-file.ts'

/** Reads folders of images, each once. What the last comparison needed is kept on the disk. */
export interface ImageFolders {
  /**
   * The content of a folder of an image; undefined if the image is gone and was never read. `layers` identifies its
   * content.
   * Errors: those of the engine; `storage-failed`.
   */
  read(image: { id: string; layers: string }, place: string): Promise<FolderContent | undefined>
  /** Removes what the reading needed, and what was kept but is no longer read. Errors: those of the engine. */
  close(): Promise<void>
}

const Stored = z.record(z.string(), z.string())

/** `folder` is the project's data folder. */
export function openImageFolders(
  engine: Engine,
  key: ProjectKey,
  folder: string,
  run: { signal: AbortSignal },
): ImageFolders {
  const store = path.join(folder, 'image-places')
  const used = new Set<string>()
  const images = new Map<string, ReturnType<typeof openImage>>()
  const look = async (image: string, place: string): Promise<FolderContent> => {
    const opened = images.get(image) ?? openImage(engine, { key, folder }, { image, ordinal: null }, run)
    images.set(image, opened)
    const container = await opened.container()
    if (!(await holdsPath(engine, container, place, run))) return {}
    return readFolderTar(await copyFrom(engine, container, place, run))
  }
  return {
    read: async ({ id, layers }, place) => {
      const name = `${createHash('sha256').update(`${layers} ${place}`).digest('hex')}.json`
      used.add(name)
      const file = path.join(store, name)
      const known = await readStored(file)
      if (known || !(await inspectImage(engine, id, run))) return known
      const content = await look(id, place)
      await writeFileWhole(file, JSON.stringify(content))
      return content
    },
    close: async () => {
      const kept = await readdir(store).catch(() => [])
      const others = kept.filter((name) => !used.has(name))
      await Promise.all(others.map((name) => rm(path.join(store, name), { force: true })))
      await Promise.all([...images.values()].map((image) => image.close()))
    },
  }
}

async function readStored(file: string): Promise<FolderContent | undefined> {
  try {
    return Stored.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}
