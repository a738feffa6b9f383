import { isUtf8 } from 'node:buffer'
import { copyFile, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError, productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { LayerState, LayerText } from '../../shared/layer.ts'
import type { Home } from './home.ts'
import { writeFileWhole } from './write-file.ts'

/** What a layer is for: all projects, or one. No project's key is `all`. */
export type LayerOwner = 'all' | ProjectKey

/** The file that holds a layer. */
export const layerFile = (home: Home, owner: LayerOwner): string => path.join(home.layers, `${owner}.jsonc`)

/** The file that holds the pins of a layer's features. */
export const layerPinsFile = (home: Home, owner: LayerOwner): string =>
  path.join(home.layers, `${owner}.pins.json`)

/** The file that says that a project is run without any layer. */
const offFile = (home: Home, key: ProjectKey): string => path.join(home.layers, `${key}.off`)

/** The layers of a person as they count for a project. Errors: `layer-invalid` for one that cannot be read. */
export async function readLayers(home: Home, key: ProjectKey): Promise<LayerState> {
  const [all, project, used] = await Promise.all([
    readLayer(home, 'all'),
    readLayer(home, key),
    usedOwner(home, key),
  ])
  return {
    ...{ all, project },
    off: used === 'none',
    used: used === 'none' || used === undefined ? null : used === 'all' ? 'all' : 'project',
  }
}

/** A person's layer; null where there is none. Error: `layer-invalid` for one that cannot be read. */
export async function readLayer(home: Home, owner: LayerOwner): Promise<LayerText | null> {
  const file = layerFile(home, owner)
  try {
    const content = await readFile(file)
    if (!isUtf8(content)) throw new Error('it is not UTF-8')
    return { file, text: content.toString('utf8').replace(/^\ufeff/, '') }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    throw unreadable(file, error)
  }
}

/** The layer that a project's environment gets; undefined where it gets none. Errors: those of `readLayer`. */
export async function usedLayer(
  home: Home,
  key: ProjectKey,
): Promise<(LayerText & { owner: LayerOwner }) | undefined> {
  const owner = await usedOwner(home, key)
  if (owner === undefined || owner === 'none') return undefined
  const found = await readLayer(home, owner)
  return found ? { owner, ...found } : undefined
}

/** Which layer a project's environment gets: undefined where there is none, `none` where it is to have none. */
async function usedOwner(home: Home, key: ProjectKey): Promise<LayerOwner | 'none' | undefined> {
  // Most people have none: one look at a folder that is not there.
  const names = await readdir(home.layers).catch((error: unknown): string[] => {
    if (isSystemError(error, 'ENOENT')) return []
    throw unreadable(home.layers, error)
  })
  const has = (file: string): boolean => names.includes(path.basename(file))
  if (has(offFile(home, key))) return 'none'
  return ([key, 'all'] as const).find((owner) => has(layerFile(home, owner)))
}

/** Saves a layer; its pins stay as they are. Errors: `storage-failed`. */
export const writeLayer = (home: Home, owner: LayerOwner, text: string): Promise<void> =>
  writeFileWhole(layerFile(home, owner), text)

/** Removes a layer and its pins; returns whether there was one. Errors: `storage-failed`. */
export async function removeLayer(home: Home, owner: LayerOwner): Promise<boolean> {
  await remove(layerPinsFile(home, owner))
  return remove(layerFile(home, owner))
}

/** Sets whether a project is run with the layer that is for it. Errors: `storage-failed`. */
export async function setLayerUse(home: Home, key: ProjectKey, on: boolean): Promise<void> {
  if (on) await remove(offFile(home, key))
  else await writeFileWhole(offFile(home, key), '')
}

/** Gives a project what is another one's: its layer with the pins, and whether it has one. Errors: those of `copyFile`. */
export async function inheritLayer(home: Home, from: ProjectKey, to: ProjectKey): Promise<void> {
  for (const fileOf of OWN) {
    await copyFile(fileOf(home, from), fileOf(home, to)).catch((error: unknown) => {
      if (!isSystemError(error, 'ENOENT')) throw error
    })
  }
}

/** Forgets a project's own layer, and whether it has one. Errors: `storage-failed`. */
export async function forgetLayer(home: Home, key: ProjectKey): Promise<void> {
  for (const fileOf of OWN) await remove(fileOf(home, key))
}

/** The files of one project, pins first: a layer never has those of another one. */
const OWN = [layerPinsFile, layerFile, offFile]

async function remove(file: string): Promise<boolean> {
  try {
    await rm(file)
    return true
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    const { message: problem } = error as Error
    throw productError('storage-failed', { path: file, problem, of: 'home' }, { cause: error })
  }
}

function unreadable(file: string, error: unknown): Error {
  const problem = `it cannot be read: ${(error as Error).message}`
  return productError('layer-invalid', { file, problem, stored: true }, { cause: error })
}
