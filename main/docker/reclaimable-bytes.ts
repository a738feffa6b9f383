import type { Engine } from './connection/connect.ts'
import type { DiskUsage } from './disk-usage.ts'
import { bytesTogether, type ImageLayers, imageLayers } from './image-layers.ts'
import { inspectImage } from './images.ts'

/** What removing images together frees, in bytes; null where the engine does not know it. */
export type ReclaimableBytes = (images: readonly string[]) => Promise<number | null>

/**
 * Returns a function that finds what removing some images together frees. The engine knows it of one; what only some that
 * are removed together have in common is found by the layers of all images, `every`, which are asked for at the first use.
 */
export function freedBytes(
  engine: Engine,
  usage: DiskUsage | undefined,
  every: Iterable<string>,
): ReclaimableBytes {
  let asked: Promise<Map<string, string[]>> | undefined
  return async (images) => {
    const sizes = images.map((image) => usage?.images.get(image)?.own)
    if (!usage || sizes.includes(undefined)) return null
    if (images.length < 2) return sizes[0] ?? 0
    asked ??= layersOfAll(engine, every)
    const layers = await asked
    const others = [...layers].filter(([id]) => !images.includes(id))
    const nearest = new Set(images.flatMap((image) => nearestTo(layers.get(image) ?? [], others) ?? []))
    const [removed, staying] = await Promise.all(
      [images, [...nearest]].map((ids) => Promise.all(ids.map((id) => imageLayers(engine, id)))),
    )
    return bytesBeyond(removed ?? [], staying ?? [])
  }
}

/** What images take that others do not have, each layer counted once. */
export const bytesBeyond = (images: ImageLayers[], others: ImageLayers[]): number =>
  bytesTogether([...images, ...others]) - bytesTogether(others)

/** The image that has most of these layers in common from the first; undefined where none has any. */
function nearestTo(layers: string[], others: [string, string[]][]): string | undefined {
  let [nearest, most]: [string | undefined, number] = [undefined, 0]
  for (const [id, own] of others) {
    const differs = layers.findIndex((layer, at) => own[at] !== layer)
    const common = differs < 0 ? layers.length : differs
    if (common > most) [nearest, most] = [id, common]
  }
  return nearest
}

async function layersOfAll(engine: Engine, every: Iterable<string>): Promise<Map<string, string[]>> {
  const found = await Promise.all(
    [...every].map(async (id) => [id, (await inspectImage(engine, id))?.RootFS.Layers ?? []] as const),
  )
  return new Map(found)
}
