import * as z from 'zod/mini'
import { InputChange } from './change.ts'
import { VersionId } from './ids.ts'
import { PublishedPort } from './port.ts'
import { Service } from './service.ts'
import { VersionFeature } from './version-feature.ts'

const ContainerRef = z.strictObject({
  name: z.string(),
  id: z.string(),
  service: z.string(),
  /** How its program ended; only of one that does not run. */
  exitCode: z.optional(z.int()),
})

/** The states of a project's environment; `paused`: its containers were paused outside of Pristine. */
const ENVIRONMENT_STATES = ['absent', 'starting', 'ready', 'unhealthy', 'paused', 'stopped'] as const
export const EnvironmentState = z.enum(ENVIRONMENT_STATES)
export type EnvironmentState = z.infer<typeof EnvironmentState>

export const Environment = z.strictObject({
  state: EnvironmentState,
  containers: z.array(ContainerRef),
  ports: z.array(PublishedPort),
  /** Those of Compose files, the one that a person works in first; none where the definition is one container. */
  services: z.array(Service),
})
export type Environment = z.infer<typeof Environment>

export const ProjectRef = z.strictObject({ path: z.string(), name: z.string() })
export type ProjectRef = z.infer<typeof ProjectRef>

/**
 * `wanted` is null where the definition cannot be planned without the network or a person; `drift` where there is no
 * environment, or the engine has no room to count. `layer`: only of a version with the person's own layer.
 */
export const Status = z.strictObject({
  project: ProjectRef,
  /** Whether everything that the definition reaches was granted; else nothing new of it starts. */
  trusted: z.boolean(),
  state: EnvironmentState,
  /** What runs, whether its image is still on the engine, and whether a person went to it by a reset. */
  version: z.nullable(
    z.strictObject({
      id: VersionId,
      ordinal: z.nullable(z.number()),
      present: z.boolean(),
      chosen: z.boolean(),
      layer: z.optional(z.literal(true)),
    }),
  ),
  wanted: z.nullable(
    z.strictObject({
      id: VersionId,
      ordinal: z.nullable(z.number()),
      layer: z.optional(z.literal(true)),
    }),
  ),
  because: z.array(InputChange),
  drift: z.nullable(z.strictObject({ changes: z.int() })),
  /** Those of the version that runs, in the order of their installation. */
  features: z.array(VersionFeature),
  environment: Environment,
})
export type Status = z.infer<typeof Status>
