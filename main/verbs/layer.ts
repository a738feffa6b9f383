import { productError } from '../../shared/errors.ts'
import type { LayerScope, LayerState } from '../../shared/layer.ts'
import { parseLayer } from '../definition/layer/layer-document.ts'
import type { Host } from '../host/host.ts'
import { readLayers, removeLayer, switchLayer, writeLayer } from '../store/layers.ts'
import type { Project } from '../store/open-project.ts'

/** A person's own layers, as they count for a project. Errors: `layer-invalid` for one that cannot be read. */
export const showLayer = ({ home }: Host, { key }: Project): Promise<LayerState> => readLayers(home, key)

/**
 * Saves a layer that can be used, for all projects or for this one. `file` is where its text comes from, for messages.
 * Nothing is fetched and no environment changes: "up" does both. Errors: `layer-invalid`, `storage-failed`.
 */
export async function setLayer(
  { home }: Host,
  { key }: Project,
  { scope, text, file }: { scope: LayerScope; text: string; file: string },
): Promise<LayerState> {
  parseLayer(file, text.replace(/^\ufeff/, ''), false)
  await writeLayer(home, scope, key, text)
  return readLayers(home, key)
}

/** Removes a layer. Errors: `layer-missing`. */
export async function clearLayer({ home }: Host, { key }: Project, scope: LayerScope): Promise<LayerState> {
  if (!(await removeLayer(home, scope, key))) throw productError('layer-missing', { of: scope })
  return readLayers(home, key)
}

/** Sets whether this project is run with the layer that is for it. Errors: `storage-failed`. */
export async function useLayer({ home }: Host, { key }: Project, on: boolean): Promise<LayerState> {
  await switchLayer(home, key, on)
  return readLayers(home, key)
}
