import * as z from 'zod/mini'
import type { ProjectRef } from './environment.ts'
import { exact } from './exact.ts'

/** What a clone does not fetch before the project is trusted. */
export const DeferredContent = z.strictObject({
  /** The folders of its submodules, the first of them. */
  submodules: z.array(z.string()),
  /** How many files Git LFS keeps elsewhere. */
  largeFiles: z.int().check(z.nonnegative()),
})
export type DeferredContent = z.infer<typeof DeferredContent>

/** So many submodules are named on a line. */
const NAMED = 5

/** What a clone left out as one line of English, its texts exact: "2 submodules (lib, docs), 1 large file (Git LFS)". */
export function describeDeferred({ submodules, largeFiles }: DeferredContent): string {
  const count = (many: number, what: string) => `${many} ${what}${many === 1 ? '' : 's'}`
  const more = submodules.length > NAMED ? ` and ${submodules.length - NAMED} more` : ''
  const names = `${submodules.slice(0, NAMED).map(exact).join(', ')}${more}`
  return [
    ...(submodules.length > 0 ? [`${count(submodules.length, 'submodule')} (${names})`] : []),
    ...(largeFiles > 0 ? [`${count(largeFiles, 'large file')} (Git LFS)`] : []),
  ].join(', ')
}

/** What became of a clone. */
export interface CloneResult {
  project: ProjectRef
  /** The folder was there already, as a clone of the same repository; nothing in it was changed. */
  existing: boolean
  leftOut: DeferredContent | null
}
