import * as z from 'zod/mini'
import { InputChange } from './change.ts'

/**
 * What of an image's label `devcontainer.metadata` decides a version: its entries with the hooks whose work lasts, and what
 * these and the definition's own are given. Members that mean nothing to them are left out.
 */
export const ImageMetadata = z.array(z.record(z.string(), z.unknown())).check(z.minLength(1))
export type ImageMetadata = z.infer<typeof ImageMetadata>

/**
 * A feature, pinned. The members are those of `devcontainer-lock.json`
 * (https://github.com/devcontainers/spec/blob/main/docs/specs/devcontainer-lockfile.md).
 */
export const FeaturePin = z.strictObject({
  /** As its metadata says. */
  version: z.optional(z.string()),
  /** `registry/repository@sha256:…`, or the address of a tarball. */
  resolved: z.string(),
  /** The digest of the manifest, or of the tarball. */
  integrity: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)),
  /** The references of the features that it needs, as it names them. */
  dependsOn: z.optional(z.array(z.string()).check(z.minLength(1))),
})
export type FeaturePin = z.infer<typeof FeaturePin>

/** What stands in a lock for the engine's own Dockerfile frontend. */
export const BUILTIN = 'builtin'

/** `pristine.lock`: every external reference of a definition, resolved. Committed beside the definition. */
export const Lock = z.strictObject({
  lockVersion: z.literal(1),
  /** Remote `ADD` sources by address; the integrity is the content's hash. */
  downloads: z.record(
    z.string(),
    z.strictObject({ integrity: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)) }),
  ),
  /**
   * Images by the reference as written; `resolved` is `registry/repository@sha256:…`, `onbuild`
   * what the image leaves to a build that begins with it, `metadata` the hooks that its label brings. Both are read of the
   * image, and are there only where it has them; an image that is written with its digest stands here only for them.
   */
  images: z.record(
    z.string(),
    z.strictObject({
      resolved: z.string().check(z.regex(/^\S+@sha256:[0-9a-f]{64}$/)),
      onbuild: z.optional(z.array(z.string()).check(z.minLength(1))),
      metadata: z.optional(ImageMetadata),
    }),
  ),
  /**
   * Frontends that a Dockerfile names with `# syntax=`, by the reference as written, that could not be had: the engine's own
   * one builds. Only if there are some; each stands here or in `images`.
   */
  frontends: z.optional(z.record(z.string(), z.strictObject({ resolved: z.literal(BUILTIN) }))),
  /** Features by the reference, in lower case, or the address; only if there are some. */
  features: z.optional(z.record(z.string(), FeaturePin)),
})
export type Lock = z.infer<typeof Lock>

export const EMPTY_LOCK: Lock = { lockVersion: 1, downloads: {}, images: {} }

/** What `lock` did to the lock. */
export const LockReport = z.strictObject({
  file: z.string(),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  /** The frontends that the engine's own one takes the place of; only if there are some. */
  builtin: z.optional(z.array(z.string())),
  moved: z.array(InputChange),
})
export type LockReport = z.infer<typeof LockReport>

/** The state of a matching lock: `exists` is false where nothing is to be pinned and there is no file. */
export const LockCheck = z.strictObject({
  file: z.string(),
  exists: z.boolean(),
  /** The images that the definition writes with their digest, so that the lock pins none of them. */
  byHand: z.array(z.string()),
})
export type LockCheck = z.infer<typeof LockCheck>

/**
 * A pin beside what its reference points at today. `by`: the lock, or the definition, which has the digest in the
 * reference; `latest`: for such a pin, the digest of its tag, null if it has no tag or the registry does not know it.
 */
export const OutdatedPin = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('lock'),
    reference: z.string(),
    locked: z.string(),
    latest: z.string(),
    outdated: z.boolean(),
  }),
  z.strictObject({
    by: z.literal('definition'),
    reference: z.string(),
    locked: z.string(),
    latest: z.nullable(z.string()),
    outdated: z.boolean(),
  }),
])
export type OutdatedPin = z.infer<typeof OutdatedPin>
