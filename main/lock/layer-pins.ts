import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { FeaturePin } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import { type LayerOwner, layerPinsFile } from '../store/layers.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { featureKey } from './feature-pin.ts'

/** The pins of a layer's features by reference. They are the person's, so no lock of a repository has them. */
const LayerPins = z.record(z.string(), FeaturePin)
type LayerPins = z.infer<typeof LayerPins>

/** Without a file that can be read, the features are pinned anew. */
async function readPins(home: Home, owner: LayerOwner): Promise<LayerPins> {
  try {
    return LayerPins.parse(JSON.parse(await readFile(layerPinsFile(home, owner), 'utf8')))
  } catch {
    return {}
  }
}

/** The pins of the features of a layer. References are found in any spelling. */
export async function pinsOfLayer(
  home: Home,
  owner: LayerOwner,
): Promise<(reference: string) => FeaturePin | undefined> {
  const pins = new Map(
    Object.entries(await readPins(home, owner)).map(([reference, pin]) => [featureKey(reference), pin]),
  )
  return (reference) => pins.get(featureKey(reference))
}

/** Adds pins to those of a layer. Errors: `storage-failed`. */
export async function addLayerPins(home: Home, owner: LayerOwner, pins: LayerPins): Promise<void> {
  if (Object.keys(pins).length === 0) return
  const all = { ...(await readPins(home, owner)), ...pins }
  await writeFileWhole(layerPinsFile(home, owner), `${JSON.stringify(all, null, 2)}\n`)
}

/** Keeps of a layer's pins only those of these references, in any spelling. Errors: `storage-failed`. */
export async function keepLayerPins(
  home: Home,
  owner: LayerOwner,
  references: readonly string[],
): Promise<void> {
  const keys = references.map(featureKey)
  const all = Object.entries(await readPins(home, owner))
  const kept = all.filter(([reference]) => keys.includes(featureKey(reference)))
  if (kept.length === all.length) return
  await writeFileWhole(layerPinsFile(home, owner), `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`)
}
