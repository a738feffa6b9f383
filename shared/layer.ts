import * as z from 'zod/mini'

/** For which projects a layer is: all of this computer, or one. A project's own is used instead of the one for all. */
export const LayerScope = z.enum(['all', 'project'])
export type LayerScope = z.infer<typeof LayerScope>

/** In characters: what a person writes is some hundred. */
export const MAX_LAYER = 64 * 1024

/** A person's own layer: JSON with comments, as it was written, and the file that holds it. */
export const LayerText = z.strictObject({ file: z.string(), text: z.string() })
export type LayerText = z.infer<typeof LayerText>

/** A person's own layers as they count for one project. */
export const LayerState = z.strictObject({
  all: z.nullable(LayerText),
  project: z.nullable(LayerText),
  /** Whether this project is run without any layer. */
  off: z.boolean(),
  /** The one that its environment gets. */
  used: z.nullable(LayerScope),
})
export type LayerState = z.infer<typeof LayerState>
