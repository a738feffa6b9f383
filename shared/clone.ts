import { z } from 'zod'
import type { ProjectRef } from './environment.ts'

/** What a clone does not fetch before the project is trusted. */
export const LeftOut = z.strictObject({
  /** The folders of its submodules, the first of them. */
  submodules: z.array(z.string()),
  /** How many files Git LFS keeps elsewhere. */
  largeFiles: z.number().int().nonnegative(),
})
export type LeftOut = z.infer<typeof LeftOut>

/** What became of a clone. */
export interface CloneResult {
  project: ProjectRef
  /** The folder was there already, as a clone of the same repository; nothing in it was changed. */
  existing: boolean
  leftOut: LeftOut | null
}
