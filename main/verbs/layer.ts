import { productError } from '../../shared/errors.ts'
import type { LayerScope, LayerState, LayerText } from '../../shared/layer.ts'
import { parseLayer } from '../definition/layer/layer-document.ts'
import type { Host } from '../host/host.ts'
import { readLayer, readLayers, removeLayer, setLayerUse, writeLayer } from '../store/layers.ts'
import type { Project } from '../store/open-project.ts'

/** A person's own layers, as they count for a project. Errors: `layer-invalid` for one that cannot be read. */
export const showLayer = ({ home }: Host, { key }: Project): Promise<LayerState> => readLayers(home, key)

/**
 * Saves a layer that can be used, for all projects or for this one. `file` is where its text comes from, for messages.
 * Nothing is fetched and no environment changes: "up" does both. Errors: `layer-invalid`, `storage-failed`.
 */
export async function setLayer(
  { home }: Pick<Host, 'home'>,
  { key }: Project,
  { scope, text, file }: { scope: LayerScope; text: string; file: string },
): Promise<LayerState> {
  requireLayer(file, text)
  await writeLayer(home, scope === 'all' ? 'all' : key, text)
  return readLayers(home, key)
}

/** Removes a layer. Errors: `layer-missing`, `storage-failed`. */
export async function clearLayer(
  { home }: Pick<Host, 'home'>,
  { key }: Project,
  scope: LayerScope,
): Promise<LayerState> {
  if (!(await removeLayer(home, scope === 'all' ? 'all' : key)))
    throw productError('layer-missing', { of: scope })
  return readLayers(home, key)
}

/** Sets whether this project is run with the layer that is for it. Errors: `storage-failed`. */
export async function switchLayer(
  { home }: Pick<Host, 'home'>,
  { key }: Project,
  on: boolean,
): Promise<LayerState> {
  await setLayerUse(home, key, on)
  return readLayers(home, key)
}

/** A person's layer for all projects. Errors: `layer-invalid` if it cannot be read. */
export const showCommonLayer = ({ home }: Pick<Host, 'home'>): Promise<LayerText | null> =>
  readLayer(home, 'all')

/** Saves a layer for all projects that can be used, or with null removes it. Errors: `layer-invalid`, `storage-failed`. */
export async function setCommonLayer(
  { home }: Pick<Host, 'home'>,
  text: string | null,
): Promise<LayerText | null> {
  if (text === null) {
    await removeLayer(home, 'all')
    return null
  }
  requireLayer('The text', text)
  await writeLayer(home, 'all', text)
  return readLayer(home, 'all')
}

const requireLayer = (file: string, text: string): unknown =>
  parseLayer(file, text.replace(/^\ufeff/, ''), false)
