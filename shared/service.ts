import * as z from 'zod/mini'
import { VersionId } from './ids.ts'
import { PublishedPort } from './port.ts'

/** Whether the program of a service runs, in the engine's words. */
export const ServiceState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('running') }),
  z.strictObject({ kind: z.literal('paused') }),
  /** Its program ended, and the engine is about to start it again, as its restart policy says. */
  z.strictObject({ kind: z.literal('restarting') }),
  /** Its container was never started. */
  z.strictObject({ kind: z.literal('created') }),
  /** `code` is null where the engine does not report it. */
  z.strictObject({ kind: z.literal('exited'), code: z.nullable(z.int()) }),
  /** A one-shot that has ended with 0, while the environment runs. */
  z.strictObject({ kind: z.literal('completed') }),
  /** It runs, in the network or with the processes of a service that was started again without it: these are gone. */
  z.strictObject({ kind: z.literal('detached') }),
  /** Its container was removed outside of Pristine. */
  z.strictObject({ kind: z.literal('missing') }),
])
export type ServiceState = z.infer<typeof ServiceState>

/** Exit codes with which programs end that somebody stopped: without an error, or by SIGINT, SIGKILL or SIGTERM. */
const STOPPED = [0, 130, 137, 143]

/** Whether a program that did not complete was stopped, as its exit code shows. */
export const wasStopped = (code: number | null): boolean => code !== null && STOPPED.includes(code)

/** What its health check says; `failedChecks`: how often in a row it failed, where that is known. */
export const ServiceHealth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('starting') }),
  z.strictObject({ kind: z.literal('healthy') }),
  z.strictObject({ kind: z.literal('unhealthy'), failedChecks: z.nullable(z.int()) }),
])
export type ServiceHealth = z.infer<typeof ServiceHealth>

/** One service of an environment that Compose files define. */
export const Service = z.strictObject({
  name: z.string(),
  /** Whether it is the one that a person works in. */
  entry: z.boolean(),
  state: ServiceState,
  /** Null for one without a health check, or that does not run. */
  health: z.nullable(ServiceHealth),
  /** The image that its Compose file names; null where it is built from a Dockerfile, or its plan is lost. */
  image: z.nullable(z.string()),
  /** The version whose image it runs. */
  version: z.nullable(VersionId),
  container: z.nullable(z.strictObject({ id: z.string(), name: z.string() })),
  ports: z.array(PublishedPort),
  /** Paths of its container that differ from its image; null while they are not counted. */
  drift: z.nullable(z.int()),
})
export type Service = z.infer<typeof Service>

/** Why an environment that runs is not ready: one of its services does not do what it is for. */
export const isBroken = ({ state, health }: Pick<Service, 'state' | 'health'>): boolean => {
  switch (state.kind) {
    case 'running':
      return health?.kind === 'unhealthy'
    case 'restarting':
    case 'created':
    case 'exited':
    case 'detached':
    case 'missing':
      return true
    case 'paused':
    case 'completed':
      return false
  }
}
