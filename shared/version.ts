import * as z from 'zod/mini'
import { InputChange } from './change.ts'
import { EnvironmentState } from './environment.ts'
import { VersionId } from './ids.ts'

/** What was found inside an image: `tools` and `packages` by name; packages are grouped by database. */
export const Inventory = z.strictObject({
  tools: z.record(z.string(), z.string()),
  packages: z.record(z.string(), z.record(z.string(), z.string())),
})
export type Inventory = z.infer<typeof Inventory>

/** A version as people and scripts see it. */
export const Version = z.strictObject({
  id: VersionId,
  ordinal: z.int().check(z.positive()),
  createdAt: z.iso.datetime(),
  /** Whether the environment is of it. */
  current: z.boolean(),
  /** How the environment stands that is of it; null for a version that is not current. */
  state: z.nullable(EnvironmentState),
  knownGood: z.boolean(),
  /** Whether known-good was chosen by a person, and so does not move by itself. */
  marked: z.boolean(),
  /** Whether an environment of it ever became ready here; null if the history that would show it was lost. */
  wasReady: z.nullable(z.boolean()),
  /** When an environment of it first became ready here; null if it never did, or the history of that was lost. */
  firstReadyAt: z.nullable(z.iso.datetime()),
  /** Whether the image is on the engine. */
  present: z.boolean(),
  /** Whether an absent image can be built again from its recipe; null where the image is there. */
  rebuildable: z.nullable(z.boolean()),
  /** Whether its plan is on this computer: without it, it can be neither compared nor started. */
  plan: z.boolean(),
  image: z.string(),
  because: z.array(InputChange),
  contents: z.nullable(Inventory),
  /** What was found inside the images of its further services, by their names; null for one that was never probed. */
  serviceContents: z.record(z.string(), z.nullable(Inventory)),
  /** Only of a version with the person's own layer: the version that the repository defined without it. */
  layerOn: z.optional(VersionId),
})
export type Version = z.infer<typeof Version>

/**
 * How two versions differ. `contents` is null if one of them was never probed; of further services it is `db: psql`, where
 * both were probed.
 */
export const VersionDiff = z.strictObject({
  from: z.strictObject({ id: VersionId, ordinal: z.int() }),
  to: z.strictObject({ id: VersionId, ordinal: z.int() }),
  inputs: z.array(InputChange),
  contents: z.nullable(z.array(InputChange)),
})
export type VersionDiff = z.infer<typeof VersionDiff>

/** A layer that two images do not have in the same size, in bytes, and the instruction that made it; null where it is not. */
export const LayerChange = z.strictObject({
  by: z.string(),
  from: z.nullable(z.int()),
  to: z.nullable(z.int()),
})
export type LayerChange = z.infer<typeof LayerChange>

/** How large two images are, in bytes, and the layers that make the difference, the largest first. */
export const SizeDiff = z.strictObject({ from: z.int(), to: z.int(), layers: z.array(LayerChange) })
export type SizeDiff = z.infer<typeof SizeDiff>

/**
 * What was verified: the version that the checkout makes, and what is there and agreed with it. `environment` is whether there
 * is one, `state` whether it runs.
 */
export const Verified = z.strictObject({
  id: VersionId,
  ordinal: z.nullable(z.int()),
  image: z.boolean(),
  environment: z.boolean(),
  state: EnvironmentState,
  /** Whether everything that the definition reaches was granted. */
  trusted: z.boolean(),
  /** Whether the environment has the person's own layer on the version; only if it does. */
  layer: z.optional(z.literal(true)),
})
export type Verified = z.infer<typeof Verified>

/** What `clean` removed or would remove; `bytes` counts only layers that no other image has, null if unknown. */
export const CleanReport = z.strictObject({
  versions: z.array(
    z.strictObject({
      id: VersionId,
      ordinal: z.int(),
      bytes: z.nullable(z.int()),
      /** Whether it can be built again from its recipe. */
      rebuildable: z.boolean(),
    }),
  ),
  bytes: z.nullable(z.int()),
  /** What the data folder had that no version of any project needs. */
  recipes: z.strictObject({ count: z.int(), bytes: z.int() }),
  removed: z.boolean(),
  keep: z.int(),
})
export type CleanReport = z.infer<typeof CleanReport>

/** The disk use of the versions on the engine, in bytes; null if the engine does not report it. */
export const DiskUse = z.strictObject({
  /** `own` is what removing this version alone would free, `shared` what other images have too. */
  versions: z.array(
    z.strictObject({
      id: VersionId,
      ordinal: z.int(),
      own: z.nullable(z.int()),
      shared: z.nullable(z.int()),
      /** What the image of each further service takes alone, by their names. */
      services: z.record(z.string(), z.int()),
    }),
  ),
  /** All of them together, each layer that several have counted once. */
  total: z.int(),
})
export type DiskUse = z.infer<typeof DiskUse>
