import * as z from 'zod/mini'
import { Sha256 } from '../ids.ts'
import { Snapshot, SnapshotName } from '../snapshot.ts'
import { method, project, started } from './method.ts'

const snapshot = z.extend(project, { name: SnapshotName })
const file = z.string().check(z.minLength(1), z.maxLength(4096), z.regex(/^[^\0]+$/))

/** Snapshots of a project's data. */
export const snapshots = {
  /** Newest first. */
  list: method.input(project).output(z.array(Snapshot)),
  /** Captures the data, under a name of its own where none is given. The environment is replaced by a fresh one. */
  take: method
    .input(z.extend(project, { name: z.optional(SnapshotName), trust: z.optional(Sha256) }))
    .output(started),
  /** Gives the data the content of a snapshot. What it was is captured first. */
  restore: method.input(z.extend(snapshot, { trust: z.optional(Sha256) })).output(started),
  /** Writes a snapshot into a new file, by its whole path, which ends with `.tar`. */
  export: method.input(z.extend(snapshot, { file })).output(started),
  /** Adds a snapshot from a file, by its whole path, under its own name where none is given. */
  import: method.input(z.extend(project, { file, name: z.optional(SnapshotName) })).output(started),
  rename: method.input(z.extend(snapshot, { to: SnapshotName })).output(Snapshot),
  delete: method.input(snapshot),
}
