import * as z from 'zod/mini'

/** For which projects a layer is: all of this computer, or one. A project's own is used instead of the one for all. */
export const LayerScope = z.enum(['all', 'project'])
export type LayerScope = z.infer<typeof LayerScope>

/** In characters: what a person writes is some hundred. */
export const MAX_LAYER = 64 * 1024

/** A person's own layers as they count for one project. `text`: JSON with comments, as it was written. */
export const LayerState = z.strictObject({
  all: z.nullable(z.strictObject({ file: z.string(), text: z.string() })),
  project: z.nullable(z.strictObject({ file: z.string(), text: z.string() })),
  /** Whether this project is run without any layer. */
  off: z.boolean(),
  /** The one that its environment gets. */
  used: z.nullable(LayerScope),
})
export type LayerState = z.infer<typeof LayerState>
