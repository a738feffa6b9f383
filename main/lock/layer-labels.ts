import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { ProjectKey } from '../../shared/ids.ts'
import { ImageMetadata } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'

/**
 * What of the labels of base images decides a version only with the person's layer, by `registry/repository@sha256:…`: the
 * hooks of the layer are given it, and the repository's lock must not change for them.
 */
const LayerLabels = z.record(z.string(), ImageMetadata)
export type LayerLabels = z.infer<typeof LayerLabels>

const fileOf = (home: Home, key: ProjectKey): string => path.join(home.project(key), 'layer-labels.json')

/** The recorded labels of a project's base images. Without a file that can be read, they are read of the images anew. */
export async function readLayerLabels(home: Home, key: ProjectKey): Promise<LayerLabels> {
  try {
    return LayerLabels.parse(JSON.parse(await readFile(fileOf(home, key), 'utf8')))
  } catch {
    return {}
  }
}

/** Records what labels give only to the hooks of a layer. Errors: `storage-failed`. */
export async function addLayerLabels(home: Home, key: ProjectKey, labels: LayerLabels): Promise<void> {
  if (Object.keys(labels).length === 0) return
  await writeFileWhole(
    fileOf(home, key),
    JSON.stringify({ ...(await readLayerLabels(home, key)), ...labels }),
  )
}
