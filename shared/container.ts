import * as z from 'zod/mini'

/** A process of a running container. */
export const ContainerProcess = z.strictObject({
  /** Its number on the engine's computer; Podman gives the one inside the container. */
  pid: z.int(),
  /** By the name of the account inside; the number where it has none. */
  user: z.string(),
  /** Seconds of processor time since it was started. */
  cpu: z.number().check(z.nonnegative()),
  /** Bytes, with what it shares with others; null where the engine does not report it. */
  memory: z.nullable(z.number().check(z.nonnegative())),
  command: z.string(),
})
export type ContainerProcess = z.infer<typeof ContainerProcess>

/**
 * A variable of a container. Only what the repository or the image says is shown: in the place of a value of this computer is
 * what the definition says, or null where that is in a file.
 */
export const ContainerVariable = z.strictObject({ name: z.string(), value: z.nullable(z.string()) })
export type ContainerVariable = z.infer<typeof ContainerVariable>

/** `source`: a path of the engine's computer, or the engine's name of a volume; null for what is in memory. */
export const ContainerMount = z.strictObject({
  kind: z.string(),
  source: z.nullable(z.string()),
  target: z.string(),
  readOnly: z.boolean(),
})
export type ContainerMount = z.infer<typeof ContainerMount>

/** What the container of a service was created with; lists are sorted, Pristine's own labels are the last. */
export const ServiceDetails = z.strictObject({
  service: z.string(),
  container: z.strictObject({ id: z.string(), name: z.string() }),
  /** Whether it has processes: it runs, and is neither paused nor about to be restarted. */
  running: z.boolean(),
  variables: z.array(ContainerVariable),
  mounts: z.array(ContainerMount),
  labels: z.array(z.strictObject({ name: z.string(), value: z.string() })),
})
export type ServiceDetails = z.infer<typeof ServiceDetails>

/** The same with its processes as they are at the moment. */
export const ServiceProcesses = z.extend(ServiceDetails, { processes: z.array(ContainerProcess) })
export type ServiceProcesses = z.infer<typeof ServiceProcesses>
