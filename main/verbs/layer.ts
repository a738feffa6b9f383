import { productError } from '../../shared/errors.ts'
import type { LayerScope, LayerState, LayerText } from '../../shared/layer.ts'
import { type Layer, parseLayer } from '../definition/layer/layer-document.ts'
import type { Host } from '../host/host.ts'
import { featureKey } from '../lock/feature-pin.ts'
import { keepLayerPins } from '../lock/layer-pins.ts'
import type { Home } from '../store/home.ts'
import {
  type LayerOwner,
  readLayer,
  readLayers,
  removeLayer,
  setLayerUse,
  writeLayer,
} from '../store/layers.ts'
import type { Project } from '../store/open-project.ts'

/** A person's own layers as they apply to a project. Errors: `layer-invalid` for one that cannot be read. */
export const showLayer = ({ home }: Host, { key }: Project): Promise<LayerState> => readLayers(home, key)

/**
 * Checks and saves a layer, for all projects or for this one. `file` is where its text comes from, for messages. Fetches
 * nothing and changes no environment: "up" does both. Errors: `layer-invalid`, `storage-failed`.
 */
export async function setLayer(
  { home }: Pick<Host, 'home'>,
  { key }: Project,
  { scope, text, file }: { scope: LayerScope; text: string; file: string },
): Promise<LayerState> {
  await save(home, scope === 'all' ? 'all' : key, text, requireLayer(file, text))
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

/** Sets whether this project runs with its layer. Errors: `storage-failed`. */
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

/** Checks and saves a layer for all projects, or removes it with null. Errors: `layer-invalid`, `storage-failed`. */
export async function setCommonLayer(
  { home }: Pick<Host, 'home'>,
  text: string | null,
): Promise<LayerText | null> {
  if (text === null) {
    await removeLayer(home, 'all')
    return null
  }
  await save(home, 'all', text, requireLayer('The text', text))
  return readLayer(home, 'all')
}

/**
 * Saves a layer. Its pins stay, unless the layer no longer has one of its features: then only the pins of the features
 * that it names stay. The dependencies are pinned again, so that a feature that is removed and added again gets today's
 * content.
 */
async function save(home: Home, owner: LayerOwner, text: string, { features }: Layer): Promise<void> {
  const before = await readLayer(home, owner)
    .then((found) => found && parseLayer(found.file, found.text, true))
    .catch(() => null)
  const names = Object.keys(features)
  const keys = names.map(featureKey)
  const hasAll = before && Object.keys(before.features).every((name) => keys.includes(featureKey(name)))
  if (!hasAll) await keepLayerPins(home, owner, names)
  await writeLayer(home, owner, text)
}

const requireLayer = (file: string, text: string): Layer =>
  parseLayer(file, text.replace(/^\ufeff/, ''), false)
