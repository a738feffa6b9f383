import * as z from 'zod/mini'
import { EnvironmentState } from './environment.ts'
import { OperationId, ProjectKey, VersionId } from './ids.ts'
import { ErrorReport, OperationKind, StepPhase } from './operation.ts'
import { PortUse } from './port.ts'
import { Service } from './service.ts'
import { WatchState } from './watch.ts'

/** One project as lists show it: what is known without asking its files or its containers. */
export const ProjectSummary = z.strictObject({
  key: ProjectKey,
  path: z.string(),
  name: z.string(),
  /** The branch that is checked out, or the first digits of a commit; null where there is no git. */
  branch: z.nullable(z.string()),
  /** `missing`: its folder is gone. `unreadable`: its history is damaged. */
  state: z.union([EnvironmentState, z.enum(['missing', 'unreadable'])]),
  /** `layer`: only of a version with the person's own layer. */
  version: z.nullable(
    z.strictObject({
      id: VersionId,
      ordinal: z.int(),
      knownGood: z.boolean(),
      layer: z.optional(z.literal(true)),
    }),
  ),
  /** The ordinal of the version that a person marked as known-good. */
  marked: z.nullable(z.int()),
  /** Where published ports are reached on this computer, as `host` ports. */
  ports: z.array(z.strictObject({ container: z.int(), host: z.int(), ...PortUse.shape })),
  /** Those of Compose files, the one that a person works in first; none where the definition is one container. */
  services: z.array(Service),
  /** What goes on at the moment: the step that began last; how many have begun and, where it is known, all. */
  operation: z.nullable(
    z.strictObject({
      id: OperationId,
      kind: OperationKind,
      step: z.nullable(
        z.strictObject({ name: z.string(), phase: StepPhase, subject: z.nullable(z.string()) }),
      ),
      steps: z.strictObject({ begun: z.int(), all: z.nullable(z.int()) }),
      /** It failed, and what it did is being undone. */
      undoing: z.optional(z.literal(true)),
    }),
  ),
  /** The last operation, when it failed. */
  failure: z.nullable(z.strictObject({ operation: OperationId, error: ErrorReport })),
  /**
   * Whether it needs a person's grant before it starts: it is a clone that is not trusted yet, or what it requests was
   * refused. `trust.request` returns the details.
   */
  needsTrust: z.boolean(),
  /** Whether nothing runs, and the folder has no definition of what could. */
  lacksDefinition: z.boolean(),
  /** What its watch does; null where nothing is watched, because nothing runs. */
  watch: z.nullable(WatchState),
  /**
   * That a person went to this version by a reset, and the ordinal of the one that the definition wants instead; null
   * where both are the same, or nothing runs.
   */
  chosen: z.nullable(z.strictObject({ wanted: z.int() })),
  /** Changed files in the containers; null while they are not counted. */
  drift: z.nullable(z.int()),
  /** Of an unhealthy environment: how often in a row its health check failed; null where that is not known. */
  failedChecks: z.nullable(z.int()),
  /** Pinned images whose reference pointed elsewhere when the registries were last asked, as written. */
  newerPins: z.array(z.string()),
})
export type ProjectSummary = z.infer<typeof ProjectSummary>

/** What `projects.watch` streams: all of them first, then each one that changed. */
export const ProjectsEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all'), projects: z.array(ProjectSummary) }),
  z.strictObject({ kind: z.literal('changed'), project: ProjectSummary }),
  z.strictObject({ kind: z.literal('removed'), key: ProjectKey }),
])
export type ProjectsEvent = z.infer<typeof ProjectsEvent>

/** A definition as the person wrote it, to be read. */
export const DefinitionText = z.strictObject({
  /** Relative to the project's folder. */
  file: z.string(),
  files: z.array(z.strictObject({ file: z.string(), text: z.string() })),
  /** The lock's file, relative; `text` is null before the first one is written. */
  lock: z.strictObject({ file: z.string(), text: z.nullable(z.string()) }),
  /** `version`: of a feature, as its authors call it. */
  pins: z.array(
    z.strictObject({ reference: z.string(), resolved: z.string(), version: z.optional(z.string()) }),
  ),
  warnings: z.array(z.string()),
})
export type DefinitionText = z.infer<typeof DefinitionText>

const names = new Intl.Collator(undefined, { numeric: true })

/** The order of lists of projects: by name, `api-2` before `api-10`, and those of the same name by their folder. */
export const byName = (a: { name: string; path: string }, b: { name: string; path: string }): number =>
  names.compare(a.name, b.name) || names.compare(a.path, b.path)
