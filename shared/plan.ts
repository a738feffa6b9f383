import * as z from 'zod/mini'
import { ComposeRecord, Feature, RunConfig } from './definition.ts'
import { Sha256, VersionId } from './ids.ts'
import { ImageMetadata } from './lock.ts'

/**
 * One file that decides a version: its path (forward slashes), whether it is executable, and its
 * content's SHA-256; a symbolic link has `-> target` in the hash's place, an empty folder `dir`, a
 * submodule that hooks use `commit <id>`.
 */
export const InputFile = z.tuple([z.string(), z.boolean(), z.string()])
export type InputFile = z.infer<typeof InputFile>

/** A build argument: its value, or, when it comes from this computer's environment, only the value's hash. */
export const PlanArgument = z.union([z.string(), z.strictObject({ template: z.string(), sha256: Sha256 })])
export type PlanArgument = z.infer<typeof PlanArgument>

/**
 * What hooks are baked for, beside the files: folders in the container, and the hashes of values, by the names of variables of
 * this computer and by the texts with variables of Compose files.
 */
export const Baked = z.strictObject({
  workspaceFolder: z.string(),
  workspaceMount: z.optional(z.string()),
  values: z.record(z.string(), Sha256),
})
export type Baked = z.infer<typeof Baked>

/** A feature with its files, by paths relative to its folder. */
export const PlanFeature = z.strictObject({ ...Feature.shape, files: z.array(InputFile) })
export type PlanFeature = z.infer<typeof PlanFeature>

export const PlanService = z.strictObject({
  name: z.string(),
  /** The stages that the build reaches, as written, without the pins. */
  dockerfile: z.string(),
  target: z.optional(z.string()),
  args: z.record(z.string(), PlanArgument),
  /** The build context, relative to the project's folder. */
  context: z.string(),
  /** What the build can read of its context; paths relative to it. */
  files: z.array(InputFile),
  /** What each image is, by its reference as written; those that are written with a digest too. */
  images: z.record(z.string(), z.string()),
  downloads: z.record(z.string(), z.string()),
  run: RunConfig,
  /**
   * What images leave to a stage that begins with them (ONBUILD), by the reference as written; null for an image that is
   * used as it is. Only those that leave something.
   */
  onbuild: z.optional(z.record(z.string(), z.nullable(z.array(z.string())))),
  // Fields that only form 2 has follow here, each optional: see `Plan`.
  /** Only where hooks are baked. */
  baked: z.optional(Baked),
  /** Only where the image's label brings hooks whose work lasts. */
  metadata: z.optional(ImageMetadata),
  /** The hash of the files that `run.seed` can name; only where there is one. */
  seedInputs: z.optional(Sha256),
  /** In the order of their installation; only where there are some. */
  features: z.optional(z.array(PlanFeature)),
  /** Only of a service of Compose files: what they say of it besides its image, with templates. */
  compose: z.optional(ComposeRecord),
})
export type PlanService = z.infer<typeof PlanService>

/**
 * What is about to be built. The SHA-256 of its canonical form is the version's id.
 *
 * Plans are made in form 2. Those of form 1, which recorded less, are read as well: whatever only form 2 has is
 * optional here, and in its parts. main/plan/same-content.ts defines what a missing field of form 1 means.
 */
export const Plan = z.strictObject({
  planVersion: z.union([z.literal(1), z.literal(2)]),
  /** The definition's file, relative to the project's folder. */
  file: z.string(),
  /** The first is the one that a person works in. */
  services: z.array(PlanService).check(z.minLength(1)),
  /**
   * Dependency lockfiles, files that hooks can name, and those named by `customizations.pristine.inputs`. Paths are relative
   * to the project's folder, and may lead out of it within the repository.
   */
  inputs: z.array(InputFile),
  /**
   * Only of a version with a person's own layer, whose parts are among those of the services: the id of the version that the
   * repository defines without it.
   */
  layer: z.optional(z.strictObject({ shared: VersionId })),
  /** Only of services of Compose files: what they share, by the keys of Compose, with templates. */
  stack: z.optional(ComposeRecord),
})
export type Plan = z.infer<typeof Plan>
