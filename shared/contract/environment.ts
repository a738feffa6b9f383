import { eventIterator } from '@orpc/contract'
import * as z from 'zod/mini'
import { ContainerProcess, ServiceDetails } from '../container.ts'
import { ProjectData } from '../data.ts'
import { DriftReport } from '../drift.ts'
import { Editor, EditorId } from '../editor.ts'
import { Status } from '../environment.ts'
import { Sha256 } from '../ids.ts'
import { LayerState } from '../layer.ts'
import { ProgramStart } from '../program-start.ts'
import { SnapshotName } from '../snapshot.ts'
import { Verified } from '../version.ts'
import { method, ofService, project, started, versionName } from './method.ts'

/** The environment of a project: its state, what changes it, and what runs in it. */
export const environment = {
  /** The person's layers, as they count for it. */
  layer: method.input(project).output(LayerState),
  /** Sets whether it is run with the layer that is for it. It changes when it is brought up. */
  switchLayer: method.input(z.extend(project, { on: z.boolean() })).output(LayerState),
  status: method.input(project).output(Status),
  /** Fails with `not-trusted` if permissions are requested that are not granted (`trust.request`). */
  up: method.input(project).output(started),
  stop: method.input(project).output(started),
  /** All of it, or one service with those that depend on it with `restart: true`. */
  restart: method.input(ofService).output(started),
  /** `trust`: the fingerprint of an older version that was refused as `not-trusted`, which grants it. */
  reset: method
    .input(
      z.extend(project, {
        to: z.optional(versionName),
        /** The snapshot that the data is to be, or null for empty volumes; without it the data stays. */
        snapshot: z.optional(z.nullable(SnapshotName)),
        /** Whether the data that is replaced goes without being captured. */
        discard: z.optional(z.boolean()),
        trust: z.optional(Sha256),
      }),
    )
    .output(started),
  /** The data as it is: its volumes, and how the engine captures them. Measures them. */
  data: method.input(project).output(ProjectData),
  remove: method.input(z.extend(project, { data: z.boolean(), versions: z.boolean() })).output(started),
  /** Of all services where none is named. */
  drift: method.input(ofService).output(
    z.extend(DriftReport, {
      /** The change as a patch of the definition's files; null where it is none of them that would have to change. */
      patch: z.nullable(z.string()),
    }),
  ),
  /** What the container of a service was created with; without a name, of the one that a person works in. */
  details: method.input(ofService).output(ServiceDetails),
  /** The processes of that container, every few seconds. Ends with it. */
  processes: method.input(ofService).output(eventIterator(z.array(ContainerProcess))),
  /**
   * Whether a program inside listens on a port that the environment publishes as this one of this computer; null where
   * that cannot be known.
   */
  listens: method
    .input(z.extend(project, { port: z.int().check(z.gte(1), z.lte(65535)) }))
    .output(z.nullable(z.boolean())),
  /** How the program of the project is started. */
  programStart: method.input(project).output(ProgramStart),
  /** Whether lock, image and environment match the folder. Fails as `lock-outdated` or `version-mismatch`. */
  verify: method.input(project).output(Verified),
  /** What a reset would take away, beside changed files: how many terminals and commands are open. */
  sessions: method.input(project).output(z.int()),
  /** The editors of this computer that can open a running environment. */
  editors: method.output(z.array(Editor)),
  openEditor: method.input(z.extend(project, { editor: EditorId })),
}
