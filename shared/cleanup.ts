import * as z from 'zod/mini'
import { ProjectKey, VersionId } from './ids.ts'

/** What Pristine made and keeps on the engine for one project. `locked`: why it is not removed, or null. */
export const CleanupProject = z.strictObject({
  key: ProjectKey,
  name: z.string(),
  path: z.string(),
  versions: z.array(
    z.strictObject({
      id: VersionId,
      ordinal: z.int(),
      createdAt: z.iso.datetime(),
      /** What removing it alone would free, in bytes; null if the engine does not report it. */
      bytes: z.nullable(z.int()),
      locked: z.nullable(z.enum(['current', 'known-good', 'known-good-unmarked', 'in-use'])),
      /** Whether `clean` would choose it: older than those that the definition keeps. */
      old: z.boolean(),
    }),
  ),
  volumes: z.array(
    z.strictObject({
      name: z.string(),
      bytes: z.nullable(z.int()),
      /** A container has it, running or not, so that it is not removed. */
      inUse: z.boolean(),
    }),
  ),
})
export type CleanupProject = z.infer<typeof CleanupProject>

/** What of the data folder no version of any project needs: so many recipes, and the contents and recordings that only they have. */
export const UnneededStore = z.strictObject({
  kind: z.literal('recipes'),
  count: z.int(),
  bytes: z.int(),
})
export type UnneededStore = z.infer<typeof UnneededStore>

/** What a person chose to remove. Volumes hold data: they are never chosen for anybody. */
export const CleanupChoice = z.strictObject({
  project: ProjectKey,
  versions: z.array(VersionId),
  volumes: z.array(z.string()),
})
export type CleanupChoice = z.infer<typeof CleanupChoice>
