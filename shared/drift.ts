import * as z from 'zod/mini'

export const PackageDatabase = z.enum(['apk', 'dpkg', 'npm', 'pip'])
export type PackageDatabase = z.infer<typeof PackageDatabase>

/** A package that the containers hold in another version than the image; `null` where it is not installed. */
export const PackageChange = z.strictObject({
  database: PackageDatabase,
  name: z.string(),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
})
export type PackageChange = z.infer<typeof PackageChange>

/** A path that differs from the image; with `count`, an added folder that contains that many files. */
export const FileChange = z.strictObject({
  path: z.string(),
  kind: z.enum(['changed', 'added', 'deleted']),
  count: z.optional(z.int().check(z.positive())),
})
export type FileChange = z.infer<typeof FileChange>

/** What the containers hold that their image does not. `changes` counts the paths; what packages brought is in it. */
export const Drift = z.strictObject({
  packages: z.array(PackageChange),
  configuration: z.array(FileChange),
  files: z.array(FileChange),
  changes: z.int().check(z.nonnegative()),
  /** Paths that the person's dotfiles brought: not counted, and not shown. */
  dotfiles: z.int().check(z.nonnegative()),
})
export type Drift = z.infer<typeof Drift>

/**
 * Drift, and the lines of a Dockerfile that would make it part of the definition. `services`: the same of each service
 * alone, where Compose files define some.
 */
export const DriftReport = z.strictObject({
  drift: Drift,
  change: z.array(z.string()),
  services: z.array(z.strictObject({ service: z.string(), drift: Drift, change: z.array(z.string()) })),
})
export type DriftReport = z.infer<typeof DriftReport>
