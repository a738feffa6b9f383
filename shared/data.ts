import * as z from 'zod/mini'

/** A managed volume of a project as it is today. */
const DataVolume = z.strictObject({
  /** Its name within the project. */
  name: z.string(),
  /** The services whose containers mount it. */
  services: z.array(z.string()),
  /** What it takes on the engine, with what snapshots share with it, in bytes; null where the engine does not say. */
  bytes: z.nullable(z.number()),
  /** Of how many layers it consists; one that was never captured is a single one. */
  layers: z.int(),
})
export type DataVolume = z.infer<typeof DataVolume>

/** How the engine captures data: on layers, by copying, or not at all; `unknown` until it was tried. */
const DataCapture = z.enum(['layers', 'copies', 'none', 'unknown'])
export type DataCapture = z.infer<typeof DataCapture>

/** The data of a project, beside its snapshots. */
export const ProjectData = z.strictObject({ volumes: z.array(DataVolume), capture: DataCapture })
export type ProjectData = z.infer<typeof ProjectData>
