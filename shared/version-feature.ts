import * as z from 'zod/mini'

/** A feature that is installed in a version. */
export const VersionFeature = z.strictObject({
  /** As the definition names it, in lower case; an address; the folder of a local one, relative to the project's folder. */
  reference: z.string(),
  /** As its authors call it; null where they do not. */
  version: z.nullable(z.string()),
  /** The options whose values are not the defaults, by name. */
  options: z.record(z.string(), z.string()),
  /** `sha256:…` of its manifest or archive; null for a local one, and where this computer no longer has it. */
  digest: z.nullable(z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/))),
  /** Whether its reference named another digest when the registries were last asked. */
  newer: z.boolean(),
})
export type VersionFeature = z.infer<typeof VersionFeature>
