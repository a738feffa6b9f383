import * as z from 'zod/mini'

/** One package of a lockfile in another version, or with another content where both are the same; `null` where it is not. */
export const PackageChange = z.strictObject({
  name: z.string(),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
})
export type PackageChange = z.infer<typeof PackageChange>

/** One line of a text in another wording; `line`, from 1, is that of the person's file as it is now, where it is there. */
export const LineChange = z.strictObject({
  line: z.nullable(z.int()),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
})
export type LineChange = z.infer<typeof LineChange>

/** What is different inside of an input. If there are many, only the first are listed, and `count` is the total. */
export const ChangeDetail = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('packages'), packages: z.array(PackageChange), count: z.int() }),
  z.strictObject({ kind: z.literal('lines'), lines: z.array(LineChange), count: z.int() }),
  /** What an image that moved has of the thing that it is named for: `node` 24.1.0, then 24.2.0. */
  z.strictObject({ kind: z.literal('moved'), from: z.string(), to: z.string() }),
])
export type ChangeDetail = z.infer<typeof ChangeDetail>

/** The kind of an input, which determines how its values are read. */
export const InputKind = z.enum([
  /** The definition's file is another one; the values are paths. */
  'definition',
  /** How Pristine writes plans; the values are numbers. */
  'form',
  /** One image for another, by their names. */
  'image',
  /** A Dockerfile's text; the values are hashes. */
  'dockerfile',
  'target',
  'context',
  /** A build argument's value, or its hash where that came from a person's computer. */
  'argument',
  'hidden-argument',
  /** A file of the build or beside it; the values are hashes of contents. */
  'file',
  /** What a reference is pinned to; the values are digests. */
  'pin',
  /** What an address gives; the values are hashes of contents. */
  'download',
  /** A key of the run configuration. */
  'setting',
  /** What a container was asked for differs by something of this computer; the values are hashes. */
  'computer',
])
export type InputKind = z.infer<typeof InputKind>

/**
 * One difference between two plans; `null` where the input did not exist. `kind` and `detail` are missing in what was
 * recorded before they were known, and of what is no input of a plan.
 */
export const InputChange = z.strictObject({
  input: z.string(),
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
  kind: z.optional(InputKind),
  detail: z.optional(ChangeDetail),
})
export type InputChange = z.infer<typeof InputChange>
