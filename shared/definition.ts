import * as z from 'zod/mini'

/**
 * The definition, normalised: what a devcontainer.json or a Dockerfile asks for, in one form.
 *
 * What decides the image's build (references, build arguments, paths) is already substituted. What is
 * only needed to run a container keeps its `${…}` templates, so that it is the same on every machine.
 */

/** A command in the three forms of the Dev Containers specification: shell text, argument list, parallel set. */
export const HookCommand = z.union([z.string(), z.array(z.string())])
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
    /** In bytes. */
    size: z.optional(z.int().check(z.positive())),
    /** As docker's `--tmpfs` has them (`exec`, `uid=1000`), without the size; only those that the engine does not set anyway. */
    options: z.optional(z.array(z.string()).check(z.minLength(1))),
  }),
])
export type Mount = z.infer<typeof Mount>

/**
 * A container port to publish, on 127.0.0.1 unless another address is requested. `fixed`: the host port must be exactly
 * `host`.
 */
export const PortRequest = z.strictObject({
  address: z.optional(z.string()),
  container: z.int().check(z.gte(1), z.lte(65535)),
  protocol: z.enum(['tcp', 'udp']),
  host: z.int().check(z.gte(1), z.lte(65535)),
  fixed: z.boolean(),
  label: z.optional(z.string()),
})
export type PortRequest = z.infer<typeof PortRequest>

/** When a running container counts as ready. Times in milliseconds. */
export const HealthCheck = z.strictObject({
  command: HookCommand,
  interval: z.int().check(z.positive()),
  timeout: z.int().check(z.positive()),
  retries: z.int().check(z.positive()),
})
export type HealthCheck = z.infer<typeof HealthCheck>

/** Engine options that `runArgs` may set; sizes in bytes, `cpus` in cores. */
export const RunOptions = z.strictObject({
  hostname: z.optional(z.string()),
  labels: z.optional(z.record(z.string(), z.string())),
  shmSize: z.optional(z.int().check(z.positive())),
  memory: z.optional(z.int().check(z.positive())),
  cpus: z.optional(z.number().check(z.positive())),
  pidsLimit: z.optional(z.int()),
  ulimits: z.optional(z.array(z.strictObject({ name: z.string(), soft: z.int(), hard: z.int() }))),
  extraHosts: z.optional(z.array(z.string())),
  dns: z.optional(z.array(z.string())),
  capDrop: z.optional(z.array(z.string())),
  readOnly: z.optional(z.boolean()),
  stopSignal: z.optional(z.string()),
  stopTimeout: z.optional(z.int().check(z.nonnegative())),
  /* What follows reaches beyond the container, and is there only where it is asked for: ids of versions stay. */
  privileged: z.optional(z.literal(true)),
  capAdd: z.optional(z.array(z.string())),
  securityOpt: z.optional(z.array(z.string())),
  devices: z.optional(
    z.array(z.strictObject({ source: z.string(), target: z.string(), access: z.string() })),
  ),
  network: z.optional(z.string()),
  pid: z.optional(z.string()),
  ipc: z.optional(z.string()),
  uts: z.optional(z.string()),
  userns: z.optional(z.string()),
  cgroupns: z.optional(z.string()),
  sysctls: z.optional(z.record(z.string(), z.string())),
  deviceCgroupRules: z.optional(z.array(z.string())),
  /** `all`, a number, or `device=` and names with commas. */
  gpus: z.optional(z.string()),
  runtime: z.optional(z.string()),
  oomScoreAdj: z.optional(z.int()),
  /* And this does not; it came later. */
  memoryReservation: z.optional(z.int().check(z.positive())),
  /** -1: without limit. */
  memorySwap: z.optional(z.int()),
  memorySwappiness: z.optional(z.int()),
  cpuShares: z.optional(z.int()),
  /** In microseconds, as `cpuQuota`. */
  cpuPeriod: z.optional(z.int()),
  cpuQuota: z.optional(z.int()),
  cpusetCpus: z.optional(z.string()),
  cpusetMems: z.optional(z.string()),
  blkioWeight: z.optional(z.int()),
  dnsOptions: z.optional(z.array(z.string())),
  dnsSearch: z.optional(z.array(z.string())),
  domainname: z.optional(z.string()),
  groupAdd: z.optional(z.array(z.string())),
  networkAliases: z.optional(z.array(z.string())),
  workdir: z.optional(z.string()),
  /** Files of the project with further variables, read when a container is created; templates. */
  envFiles: z.optional(z.array(z.string())),
})
export type RunOptions = z.infer<typeof RunOptions>

export const USER_ENV_PROBES = ['none', 'interactiveShell', 'loginShell', 'loginInteractiveShell'] as const

/** How a container is run; every string may hold templates. Part of the plan. */
export const RunConfig = z.strictObject({
  workspaceFolder: z.string(),
  workspaceMount: z.nullable(Mount),
  containerEnv: z.record(z.string(), z.string()),
  remoteEnv: z.record(z.string(), z.nullable(z.string())),
  containerUser: z.optional(z.string()),
  remoteUser: z.optional(z.string()),
  userEnvProbe: z.enum(USER_ENV_PROBES),
  mounts: z.array(Mount),
  init: z.boolean(),
  overrideCommand: z.boolean(),
  /** Commands of features that run before the container's own, in their order. Absent where there are none. */
  entrypoints: z.optional(z.array(z.string())),
  ports: z.array(PortRequest),
  /** Publish the ports that the image exposes (a bare Dockerfile has no other way to name them). */
  publishExposed: z.boolean(),
  hooks: Hooks,
  /** Hooks of the person's own layer, which run after the others of their name. Absent where there are none. */
  layerHooks: z.optional(Hooks),
  /** What runs on this computer before anything else. Absent where nothing does. */
  initializeCommand: z.optional(Hook),
  health: z.optional(HealthCheck),
  /** Run with a read-only root file system. Absent when it is not, so that the ids of versions stay as they are. */
  sealed: z.optional(z.literal(true)),
  /** What fills the volumes of an environment that has no data yet. Absent where nothing does. */
  seed: z.optional(Hook),
  /** What completes the data before a capture, while the programs still run. Absent where nothing does. */
  freeze: z.optional(HookCommand),
  options: RunOptions,
  /** Names of the declared secrets, sorted. Absent where there are none. */
  secrets: z.optional(z.array(z.string())),
  /** Those of its values that the definition leaves open: an image's metadata may set them. */
  unset: z.optional(z.array(z.enum(['overrideCommand', 'userEnvProbe']))),
})
export type RunConfig = z.infer<typeof RunConfig>

/** What the image is made from. Paths are relative to the project's folder, with forward slashes. */
export const ImageSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), reference: z.string() }),
  z.strictObject({
    kind: z.literal('build'),
    dockerfile: z.string(),
    context: z.string(),
    target: z.optional(z.string()),
    args: z.record(z.string(), z.string()),
    /** Templates of those arguments whose value comes from this computer's environment. */
    hostArgs: z.record(z.string(), z.string()),
    /** The Dockerfile's text, where it is a value in the definition; `dockerfile` is then the file with that value. */
    inline: z.optional(z.string()),
  }),
])
export type ImageSource = z.infer<typeof ImageSource>

/** A feature that is installed on the image (https://containers.dev/implementors/features/). */
export const Feature = z.strictObject({
  /** The folder of a local one, relative to the project's folder. */
  id: z.string(),
  version: z.optional(z.string()),
  /** What its script is told, by the names of variables. */
  options: z.record(z.string(), z.string()),
  /** Variables of the image, set before its script runs; values may hold `${NAME}` of the image. */
  env: z.record(z.string(), z.string()),
  /** Its entry in the label `devcontainer.metadata`: how it wants the container to be run. */
  metadata: z.record(z.string(), z.unknown()),
})
export type Feature = z.infer<typeof Feature>

/** Values of Compose files by their keys, in the long forms; variables stay templates (`${NAME:-value}`). */
export const ComposeRecord = z.record(z.string(), z.json())
export type ComposeRecord = z.infer<typeof ComposeRecord>

/** What the services of Compose files share, and which files beside these decide how they are run. */
export const Stack = z.strictObject({
  /** Networks, volumes, secrets and configs that they use, by the keys of Compose. */
  resources: ComposeRecord,
  /** Files with variables, labels, secrets and configs, whose contents the services get; relative to the project's folder. */
  valueFiles: z.array(z.string()),
  /** Variables that decide what the version is, with the files that give their values. */
  deciding: z.array(z.strictObject({ variable: z.string(), file: z.string() })),
  /** All files that were read, and those that would be read if they existed, in the same form. */
  files: z.array(z.string()),
  absent: z.array(z.string()),
})
export type Stack = z.infer<typeof Stack>

export const Service = z.strictObject({
  name: z.string(),
  source: ImageSource,
  run: RunConfig,
  /** In the order of their installation. Absent where there are none. */
  features: z.optional(z.array(Feature)),
  /** The variables of this computer's environment that `source` was made of. */
  variables: z.array(z.string()),
  /** What Compose files say of it besides its image, with templates: see `Stack`. Absent where none defines it. */
  compose: z.optional(ComposeRecord),
})
export type Service = z.infer<typeof Service>

/** A variable of a shell, as the schema of devcontainer.json has it for the names of secrets. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A secret that a definition declares: a variable for commands, and its description for the person. */
export const DeclaredSecret = z.strictObject({
  name: z.string(),
  description: z.optional(z.string()),
  documentationUrl: z.optional(z.string()),
})
export type DeclaredSecret = z.infer<typeof DeclaredSecret>

/** Something worth saying that does not stop the work. */
export const Warning = z.strictObject({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

/** What a definition wants of the computer that runs it; sizes in bytes. */
export const HostRequirements = z.strictObject({
  cpus: z.optional(z.int().check(z.positive())),
  memory: z.optional(z.number()),
  storage: z.optional(z.number()),
  gpu: z.optional(z.literal(true)),
})
export type HostRequirements = z.infer<typeof HostRequirements>

export const Apply = z.enum(['auto', 'ask', 'off'])
export type Apply = z.infer<typeof Apply>

export const Definition = z.strictObject({
  kind: z.enum(['devcontainer', 'dockerfile', 'compose']),
  /** The definition's file, relative to the project's folder. */
  file: z.string(),
  name: z.string(),
  /** The first is the one that a person works in; the others follow by name. */
  services: z.array(Service).check(z.minLength(1)),
  /** Only where Compose files define the services. */
  stack: z.optional(Stack),
  secrets: z.array(DeclaredSecret),
  /** Globs, relative to the project's folder, of files whose content is part of the version. */
  inputs: z.array(z.string()),
  /** What a watch does with a new version: build and swap it in, build and offer it, or only report it. */
  apply: Apply,
  /** Versions to keep beside current and known-good. */
  keep: z.int().check(z.nonnegative()),
  /** Part of no version: what is built is the same on every computer. */
  hostRequirements: z.optional(HostRequirements),
  /** Whether the environment is stopped when the app that started it quits; absent where it is left to the image. Part of no version. */
  stopsWithApp: z.optional(z.boolean()),
  warnings: z.array(Warning),
})
export type Definition = z.infer<typeof Definition>
