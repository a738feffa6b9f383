import * as z from 'zod/mini'

/** A lower-case hexadecimal SHA-256, without a prefix. */
export const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))
export type Sha256 = z.infer<typeof Sha256>

/** The hash of a plan's canonical form: what a version is. */
export const VersionId = Sha256.brand<'VersionId'>()
export type VersionId = z.infer<typeof VersionId>

/** What a version is called where a name must be short: tags, container names, lines of text. */
export const shortId = (id: VersionId): string => id.slice(0, 12)

/**
 * Names one project on this computer: a slug of the folder's name and 32 hexadecimal digits of its path's hash; 8 in projects
 * that an older Pristine made.
 */
export const ProjectKey = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]*-(?:[0-9a-f]{8}|[0-9a-f]{32})$/))
  .brand<'ProjectKey'>()
export type ProjectKey = z.infer<typeof ProjectKey>

/** Names one operation of a project: when it began, in UTC, and some random digits, so that names sort by time. */
export const OperationId = z
  .string()
  .check(z.regex(/^\d{8}t\d{9}-[0-9a-f]{6}$/))
  .brand<'OperationId'>()
export type OperationId = z.infer<typeof OperationId>
