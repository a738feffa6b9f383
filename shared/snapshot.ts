import * as z from 'zod/mini'
import { VersionId } from './ids.ts'

/** The name of a snapshot. It is part of file names and of commands: no leading dash, no slash, no blank. */
export const SnapshotName = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,62}$/))
export type SnapshotName = z.infer<typeof SnapshotName>

/**
 * How a snapshot came to be: a person took it; it was taken before another version started; it is the data that a reset
 * or a restore replaced; it was read from a file; it is what the definition's `data.seed` made; a fork began with it.
 */
export const SnapshotOrigin = z.enum(['taken', 'version', 'reset', 'imported', 'seed', 'fork'])
export type SnapshotOrigin = z.infer<typeof SnapshotOrigin>

/** A named capture of a project's data volumes. */
export const Snapshot = z.strictObject({
  name: SnapshotName,
  takenAt: z.iso.datetime(),
  origin: SnapshotOrigin,
  /** The version that ran with the data; null where there was no environment. */
  version: z.nullable(z.strictObject({ id: VersionId, ordinal: z.nullable(z.int()) })),
  /** What its data takes, with what others share with it, in bytes; null where the engine does not say. */
  size: z.nullable(z.number()),
  /** What its deletion would free, in bytes; null where the engine does not say. */
  bytes: z.nullable(z.number()),
  /** The names of the volumes within the project. */
  volumes: z.array(z.string()),
  /** Whether all of it is on the engine; what is not cannot be restored. */
  present: z.boolean(),
})
export type Snapshot = z.infer<typeof Snapshot>
