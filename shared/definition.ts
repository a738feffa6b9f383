import { z } from 'zod'

/**
 * The definition, normalised: what a devcontainer.json or a Dockerfile asks for, in one form.
 *
 * What decides the image's build (references, build arguments, paths) is already substituted. What is
 * only needed to run a container keeps its `${…}` templates, so that it is the same on every machine.
 */

/** A command in the three forms of the Dev Containers specification: shell text, argument list, parallel set. */
const HookCommand = z.union([z.string(), z.array(z.string())])
export type HookCommand = z.infer<typeof HookCommand>
export const Hook = z.union([HookCommand, z.record(z.string(), HookCommand)])
export type Hook = z.infer<typeof Hook>

/** The hooks that run inside the container, in the order of their first run. */
export const HOOKS = [
  'onCreateCommand',
  'updateContentCommand',
  'postCreateCommand',
  'postStartCommand',
  'postAttachCommand',
] as const
export type HookName = (typeof HOOKS)[number]
export const Hooks = z.partialRecord(z.enum(HOOKS), Hook)
export type Hooks = z.infer<typeof Hooks>

/** A mount as asked for; `source` and `target` are templates. A volume's source is a name within the project. */
export const Mount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bind'), source: z.string(), target: z.string(), readOnly: z.boolean() }),
  z.strictObject({
    kind: z.literal('volume'),
    source: z.string(),
    target: z.string(),
    readOnly: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('tmpfs'),
    target: z.string(),
    size: z.number().int().positive().optional(),
  }),
])
export type Mount = z.infer<typeof Mount>

/**
 * A container port to publish, on 127.0.0.1 unless another address is asked for. `fixed`: the host port must be exactly
 * `host`.
 */
export const PortRequest = z.strictObject({
  address: z.string().optional(),
  container: z.number().int().min(1).max(65535),
  protocol: z.enum(['tcp', 'udp']),
  host: z.number().int().min(1).max(65535),
  fixed: z.boolean(),
  label: z.string().optional(),
})
export type PortRequest = z.infer<typeof PortRequest>

/** When a running container counts as ready. Times in milliseconds. */
export const HealthCheck = z.strictObject({
  command: HookCommand,
  interval: z.number().int().positive(),
  timeout: z.number().int().positive(),
  retries: z.number().int().positive(),
})
export type HealthCheck = z.infer<typeof HealthCheck>

/** Engine options that `runArgs` may set; sizes in bytes, `cpus` in cores. */
export const RunOptions = z.strictObject({
  hostname: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  shmSize: z.number().int().positive().optional(),
  memory: z.number().int().positive().optional(),
  cpus: z.number().positive().optional(),
  pidsLimit: z.number().int().optional(),
  ulimits: z
    .array(z.strictObject({ name: z.string(), soft: z.number().int(), hard: z.number().int() }))
    .optional(),
  extraHosts: z.array(z.string()).optional(),
  dns: z.array(z.string()).optional(),
  capDrop: z.array(z.string()).optional(),
  readOnly: z.boolean().optional(),
  stopSignal: z.string().optional(),
  stopTimeout: z.number().int().nonnegative().optional(),
  /* What follows reaches beyond the container, and is there only where it is asked for: ids of versions stay. */
  privileged: z.literal(true).optional(),
  capAdd: z.array(z.string()).optional(),
  securityOpt: z.array(z.string()).optional(),
  devices: z.array(z.strictObject({ source: z.string(), target: z.string(), access: z.string() })).optional(),
  network: z.string().optional(),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  uts: z.string().optional(),
  userns: z.string().optional(),
  cgroupns: z.string().optional(),
})
export type RunOptions = z.infer<typeof RunOptions>

export const USER_ENV_PROBES = ['none', 'interactiveShell', 'loginShell', 'loginInteractiveShell'] as const

/** How a container is run; every string may hold templates. Part of the plan. */
export const RunConfig = z.strictObject({
  workspaceFolder: z.string(),
  workspaceMount: Mount.nullable(),
  containerEnv: z.record(z.string(), z.string()),
  remoteEnv: z.record(z.string(), z.string().nullable()),
  containerUser: z.string().optional(),
  remoteUser: z.string().optional(),
  userEnvProbe: z.enum(USER_ENV_PROBES),
  mounts: z.array(Mount),
  init: z.boolean(),
  overrideCommand: z.boolean(),
  ports: z.array(PortRequest),
  /** Publish the ports that the image exposes (a bare Dockerfile has no other way to name them). */
  publishExposed: z.boolean(),
  hooks: Hooks,
  /** What runs on this computer before anything else. Absent where nothing does. */
  initializeCommand: Hook.optional(),
  health: HealthCheck.optional(),
  /** Run with a read-only root file system. Absent when it is not, so that the ids of versions stay as they are. */
  sealed: z.literal(true).optional(),
  options: RunOptions,
  /** Names of the declared secrets, sorted. Absent where there are none. */
  secrets: z.array(z.string()).optional(),
  /** Those of its values that the definition leaves open: an image's metadata may set them. */
  unset: z.array(z.enum(['overrideCommand', 'userEnvProbe'])).optional(),
})
export type RunConfig = z.infer<typeof RunConfig>

/** What the image is made from. Paths are relative to the project's folder, with forward slashes. */
export const ImageSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), reference: z.string() }),
  z.strictObject({
    kind: z.literal('build'),
    dockerfile: z.string(),
    context: z.string(),
    target: z.string().optional(),
    args: z.record(z.string(), z.string()),
    /** Templates of those arguments whose value comes from this computer's environment. */
    hostArgs: z.record(z.string(), z.string()),
  }),
])
export type ImageSource = z.infer<typeof ImageSource>

export const Service = z.strictObject({
  name: z.string(),
  source: ImageSource,
  run: RunConfig,
  /** The variables of this computer's environment that `source` was made of. */
  variables: z.array(z.string()),
})
export type Service = z.infer<typeof Service>

/** A variable of a shell, as the schema of devcontainer.json has it for the names of secrets. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A secret that a definition declares: a variable that commands are given, and what a person is told about it. */
export const DeclaredSecret = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  documentationUrl: z.string().optional(),
})
export type DeclaredSecret = z.infer<typeof DeclaredSecret>

/** Something worth saying that does not stop the work. */
export const Warning = z.strictObject({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

export const Apply = z.enum(['auto', 'ask', 'off'])
export type Apply = z.infer<typeof Apply>

export const Definition = z.strictObject({
  kind: z.enum(['devcontainer', 'dockerfile']),
  /** The definition's file, relative to the project's folder. */
  file: z.string(),
  name: z.string(),
  services: z.array(Service).min(1),
  secrets: z.array(DeclaredSecret),
  /** Globs, relative to the project's folder, of files whose content is part of the version. */
  inputs: z.array(z.string()),
  /** What a watch does with a new version: build and swap it in, build and offer it, or only tell. */
  apply: Apply,
  /** Versions to keep beside current and known-good. */
  keep: z.number().int().nonnegative(),
  warnings: z.array(Warning),
})
export type Definition = z.infer<typeof Definition>
