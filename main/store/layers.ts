import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { LayerScope, LayerState } from '../../shared/layer.ts'
import type { Home } from './home.ts'
import { writeFileWhole } from './write-file.ts'

/** A layer that counts. */
export interface StoredLayer {
  scope: LayerScope
  file: string
  text: string
}

/** The name that the files of a layer begin with. No project's key is `all`. */
const nameOf = (scope: LayerScope, key: ProjectKey): string => (scope === 'all' ? 'all' : key)

/** The file that holds a layer. */
export const layerFile = (home: Home, scope: LayerScope, key: ProjectKey): string =>
  path.join(home.layers, `${nameOf(scope, key)}.jsonc`)

/** The file that holds the pins of a layer's features. */
export const layerPinsFile = (home: Home, scope: LayerScope, key: ProjectKey): string =>
  path.join(home.layers, `${nameOf(scope, key)}.pins.json`)

const offFile = (home: Home, key: ProjectKey): string => path.join(home.layers, `${key}.off`)

/** The layers of a person as they count for a project. Errors: `layer-invalid` for one that cannot be read. */
export async function readLayers(home: Home, key: ProjectKey): Promise<LayerState> {
  // Most people have none: one look at a folder that is not there.
  const names = await readdir(home.layers).catch((error: unknown): string[] => {
    if (isSystemError(error, 'ENOENT')) return []
    throw unreadable(home.layers, error)
  })
  const read = async (scope: LayerScope) => {
    const file = layerFile(home, scope, key)
    if (!names.includes(path.basename(file))) return null
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw unreadable(file, error)
    })
    return { file, text: text.replace(/^\ufeff/, '') }
  }
  const [all, project] = await Promise.all([read('all'), read('project')])
  const off = names.includes(path.basename(offFile(home, key)))
  return { all, project, off, used: off ? null : project ? 'project' : all && 'all' }
}

/** The layer that a project's environment gets; undefined where it gets none. Errors: those of `readLayers`. */
export async function usedLayer(home: Home, key: ProjectKey): Promise<StoredLayer | undefined> {
  const layers = await readLayers(home, key)
  const found = layers.used && layers[layers.used]
  return layers.used && found ? { scope: layers.used, ...found } : undefined
}

/** Saves a layer. Its features are pinned anew. Errors: `storage-failed`. */
export async function writeLayer(
  home: Home,
  scope: LayerScope,
  key: ProjectKey,
  text: string,
): Promise<void> {
  await rm(layerPinsFile(home, scope, key), { force: true })
  await writeFileWhole(layerFile(home, scope, key), text)
}

/** Removes a layer and its pins; returns whether there was one. Errors: those of `rm`. */
export async function removeLayer(home: Home, scope: LayerScope, key: ProjectKey): Promise<boolean> {
  const { [scope]: found } = await readLayers(home, key)
  await rm(layerFile(home, scope, key), { force: true })
  await rm(layerPinsFile(home, scope, key), { force: true })
  return found !== null
}

/** Sets whether a project is run without any layer. Errors: `storage-failed`. */
export async function switchLayer(home: Home, key: ProjectKey, on: boolean): Promise<void> {
  if (on) await rm(offFile(home, key), { force: true })
  else await writeFileWhole(offFile(home, key), '')
}

function unreadable(file: string, error: unknown): Error {
  const problem = `it cannot be read: ${(error as Error).message}`
  return productError('layer-invalid', { file, problem, stored: true }, { cause: error })
}
