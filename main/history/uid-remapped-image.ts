import * as z from 'zod/mini'
import type { ImageDetails } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'

/** Of an image beside that of a version, in which a user has other ids: what that one is, and which ids these are. */
const Adapted = z.object({
  /** The engine's id of the version's image. */
  image: z.string(),
  /** How many layers that one has: it begins with them. */
  layers: z.int().check(z.nonnegative()),
  ids: z.object({ uid: z.int(), gid: z.int() }),
})
export type Adapted = z.infer<typeof Adapted>

/** The label of such an image. */
export const adaptedLabel = (adapted: Adapted): Record<string, string> => ({
  [LABEL.adapted]: JSON.stringify(adapted),
})

/** What such an image stands beside; undefined for another image. */
export function adaptedFrom({
  Config,
}: {
  Config: { Labels?: ImageDetails['Config']['Labels'] }
}): Adapted | undefined {
  const label = Config.Labels?.[LABEL.adapted]
  if (label === undefined) return undefined
  try {
    return Adapted.parse(JSON.parse(label))
  } catch {
    return undefined
  }
}

/**
 * An image with the layers of that of its version, whose id `recorded` is, if it stands beside that one: they are all that
 * what was made of the version is compared with.
 */
export function withVersionLayers(image: ImageDetails, recorded: string | undefined): ImageDetails {
  const adapted = adaptedFrom(image)
  const { Layers } = image.RootFS
  // The label may be the one of a base image; none can hold the id of an image that was made of it.
  if (!adapted || !Layers || adapted.image !== recorded) return image
  return { ...image, RootFS: { ...image.RootFS, Layers: Layers.slice(0, adapted.layers) } }
}
