import * as z from 'zod/mini'
import { VersionId } from '../ids.ts'
import { SizeDiff, Version, VersionDiff } from '../version.ts'
import { method, project, started, versionName } from './method.ts'

/** A project's versions. */
export const versions = {
  list: method.input(project).output(z.array(Version)),
  compare: method.input(z.extend(project, { from: versionName, to: versionName })).output(
    z.extend(VersionDiff, {
      /** The definition's texts that differ, whole; null where a version has none of that name. */
      texts: z.array(
        z.strictObject({ file: z.string(), from: z.nullable(z.string()), to: z.nullable(z.string()) }),
      ),
      /** Null where one of the images is not on the engine, or none answers. */
      sizes: z.nullable(SizeDiff),
    }),
  ),
  mark: method.input(z.extend(project, { version: VersionId })),
  unmark: method.input(project),
  /** Builds the image of a version again that was cleaned up; what runs stays as it is. */
  rebuild: method.input(z.extend(project, { version: VersionId })).output(started),
}
