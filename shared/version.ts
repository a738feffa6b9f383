import { z } from 'zod'
import { InputChange } from './change.ts'
import { VersionId } from './ids.ts'

/** What was found inside an image: `tools` and `packages` by name; packages are grouped by database. */
export const Contents = z.strictObject({
  tools: z.record(z.string(), z.string()),
  packages: z.record(z.string(), z.record(z.string(), z.string())),
})
export type Contents = z.infer<typeof Contents>

/** A version as people and scripts see it. */
export const Version = z.strictObject({
  id: VersionId,
  ordinal: z.number().int().positive(),
  createdAt: z.iso.datetime(),
  current: z.boolean(),
  knownGood: z.boolean(),
  /** Whether known-good was chosen by a person, and so does not move by itself. */
  marked: z.boolean(),
  /** Whether an environment of it ever became ready here; null where the history that would tell was lost. */
  wasReady: z.boolean().nullable(),
  /** Whether the image is on the engine. */
  present: z.boolean(),
  /** Whether an absent image can be built again from its recipe; null where the image is there. */
  rebuildable: z.boolean().nullable(),
  image: z.string(),
  because: z.array(InputChange),
  contents: Contents.nullable(),
})
export type Version = z.infer<typeof Version>

/** How two versions differ. `contents` is null when nobody looked into one of them yet. */
export const VersionDiff = z.strictObject({
  from: z.strictObject({ id: VersionId, ordinal: z.number().int() }),
  to: z.strictObject({ id: VersionId, ordinal: z.number().int() }),
  inputs: z.array(InputChange),
  contents: z.array(InputChange).nullable(),
})
export type VersionDiff = z.infer<typeof VersionDiff>

/** What was verified: the version that the checkout makes, and what is there and agreed with it. */
export const Verified = z.strictObject({
  id: VersionId,
  ordinal: z.number().int().nullable(),
  image: z.boolean(),
  environment: z.boolean(),
  /** Whether everything that the definition reaches was granted. */
  trusted: z.boolean(),
})
export type Verified = z.infer<typeof Verified>

/** What `clean` removed or would remove; `bytes` counts only layers that no other image has, null if unknown. */
export const CleanReport = z.strictObject({
  versions: z.array(
    z.strictObject({
      id: VersionId,
      ordinal: z.number().int(),
      bytes: z.number().int().nullable(),
      /** Whether it can be built again from its recipe. */
      rebuildable: z.boolean(),
    }),
  ),
  bytes: z.number().int().nullable(),
  removed: z.boolean(),
  keep: z.number().int(),
})
export type CleanReport = z.infer<typeof CleanReport>

/** What the versions on the engine take, in bytes; null where the engine cannot tell. */
export const DiskUse = z.strictObject({
  /** `own` is what removing this version alone would free, `shared` what other images have too. */
  versions: z.array(
    z.strictObject({
      id: VersionId,
      ordinal: z.number().int(),
      own: z.number().int().nullable(),
      shared: z.number().int().nullable(),
    }),
  ),
  /** All of them together, each layer that several have counted once. */
  total: z.number().int(),
})
export type DiskUse = z.infer<typeof DiskUse>
