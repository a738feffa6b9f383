/**
 * A stack of services as Compose files define it, in one form: short forms written out, files put over each other,
 * variables replaced. Times are in milliseconds, sizes in bytes. What is not given is absent.
 *
 * Paths of this computer are meant from the project's folder when they begin with a dot (`.`, `./data`, `../data`);
 * others are absolute (`/data`, `C:\data`) or begin with `~` for the person's home.
 */
export interface Stack {
  /** The name that it gives itself. */
  name?: string
  /** Those that take part, by name. */
  services: Record<string, StackService>
  /** Those that only take part with a profile that is not chosen. */
  withoutProfile: string[]
  /** Those that nothing that is run depends on. */
  notNeeded: string[]
  networks: Record<string, StackNetwork>
  volumes: Record<string, StackVolume>
  secrets: Record<string, StackFile>
  configs: Record<string, StackFile>
}

export interface StackService extends ServiceProgram, ServiceLimits, ServiceIsolation {
  name: string
  image?: string
  build?: StackBuild
  profiles: string[]
  dependsOn: Record<string, Dependency>
  restart?: string
  healthcheck?: StackHealth
  labels: Record<string, string>
  ports: StackPort[]
  expose: string[]
  mounts: StackMount[]
  /** `target` or `target:options`. */
  tmpfs: string[]
  secrets: FileUse[]
  configs: FileUse[]
  /** Its networks by their keys; or the mode that stands for them: `none`, `host`, `service:NAME` … */
  network: { kind: 'networks'; networks: Record<string, NetworkUse> } | { kind: 'mode'; mode: string }
  /** `service` or `service:alias`. */
  links: string[]
  containerName?: string
}

/** What runs, and with what. */
export interface ServiceProgram {
  /** Absent: what the image has. An empty list takes that away. */
  command?: string[]
  entrypoint?: string[]
  /** null: not set, whatever the image says. */
  environment: Record<string, string | null>
  envFiles: EnvFile[]
  user?: string
  workingDir?: string
  init?: boolean
  tty?: boolean
  stdinOpen?: boolean
  stopSignal?: string
  stopGracePeriod?: number
  hostname?: string
  domainname?: string
  extraHosts: string[]
  dns: string[]
  dnsOptions: string[]
  dnsSearch: string[]
}

export interface ServiceLimits {
  cpus?: number
  cpuShares?: number
  cpuPeriod?: number
  cpuQuota?: number
  cpuset?: string
  blkioWeight?: number
  memory?: number
  memoryReservation?: number
  /** -1: without limit. */
  memorySwap?: number
  memorySwappiness?: number
  pidsLimit?: number
  shmSize?: number
  ulimits: Record<string, { soft: number; hard: number }>
}

/** What a container may do; most of it has to be granted. */
export interface ServiceIsolation {
  privileged?: boolean
  readOnly?: boolean
  capAdd: string[]
  capDrop: string[]
  securityOpt: string[]
  devices: { source: string; target: string; access: string }[]
  deviceCgroupRules: string[]
  deviceRequests: DeviceRequest[]
  groupAdd: string[]
  sysctls: Record<string, string>
  ipc?: string
  pid?: string
  uts?: string
  userns?: string
  cgroup?: string
  runtime?: string
  oomScoreAdj?: number
}

/** A file with variables, and what it holds; `variables` is absent where the file is. */
export interface EnvFile {
  path: string
  required: boolean
  format?: string
  variables?: Record<string, string>
}

export interface StackBuild {
  context: string
  /** Relative to the context; absent where the Dockerfile stands in the definition. */
  dockerfile?: string
  dockerfileInline?: string
  target?: string
  args: Record<string, string>
  labels: Record<string, string>
  additionalContexts: Record<string, string>
  cacheFrom: string[]
  secrets: FileUse[]
  /** Keys and sockets of the ssh agent by their ids; null is the person's own agent. */
  ssh: Record<string, string | null>
  network?: string
  extraHosts: string[]
  tags: string[]
  platforms: string[]
  shmSize?: number
}

export interface Dependency {
  condition: 'service_started' | 'service_healthy' | 'service_completed_successfully'
  /** Whether it has to be there at all. */
  required: boolean
  /** Whether the service that depends on it starts anew with it. */
  restart: boolean
}

export type StackHealth =
  | { kind: 'disabled' }
  | {
      kind: 'check'
      /** `CMD` and arguments, or `CMD-SHELL` and a text; absent where the image has it. */
      test?: string[]
      interval?: number
      timeout?: number
      startPeriod?: number
      startInterval?: number
      retries?: number
    }

export interface StackPort {
  target: number
  /** Any of these ports of this computer; absent: any at all. */
  published?: { first: number; last: number }
  /** Absent: what Pristine publishes on. */
  address?: string
  protocol: 'tcp' | 'udp' | 'sctp'
  name?: string
  mode?: string
  appProtocol?: string
}

export type StackMount =
  | {
      kind: 'bind'
      source: string
      target: string
      readOnly: boolean
      /** Whether a folder is made where there is none. */
      createHostPath: boolean
      propagation?: string
      selinux?: string
      recursive?: string
    }
  | {
      kind: 'volume'
      /** Its key in `volumes`; absent for one that only this container has. */
      source?: string
      target: string
      readOnly: boolean
      nocopy: boolean
      subpath?: string
    }
  | { kind: 'tmpfs'; target: string; readOnly: boolean; size?: number; mode?: number }
  | { kind: 'other'; type: string; source?: string; target: string; readOnly: boolean }

export interface NetworkUse {
  aliases: string[]
  ipv4?: string
  ipv6?: string
  linkLocal: string[]
  mac?: string
  priority?: number
  driverOptions: Record<string, string>
}

export interface StackNetwork {
  /** Absent: one of its own. */
  name?: string
  external: boolean
  internal: boolean
  attachable: boolean
  ipv4?: boolean
  ipv6?: boolean
  driver?: string
  driverOptions: Record<string, string>
  pools: { subnet?: string; range?: string; gateway?: string; auxiliary: Record<string, string> }[]
  labels: Record<string, string>
}

export interface StackVolume {
  /** Absent: one of its own. */
  name?: string
  external: boolean
  driver?: string
  driverOptions: Record<string, string>
  labels: Record<string, string>
}

/** A secret or a config: where its content comes from. */
export type StackFile = {
  name?: string
  labels: Record<string, string>
} /** `kept`: its content in the version that is read, where that is another one than today. */ & (
  | { kind: 'file'; file: string; kept?: Buffer }
  /** `value`: of today, where it was looked up. */
  | { kind: 'variable'; variable: string; value?: string | undefined }
  | { kind: 'content'; content: string }
  | { kind: 'external' }
  | { kind: 'driver'; driver: string }
)

/** A secret or a config in a container. */
export interface FileUse {
  source: string
  target?: string
  uid?: string
  gid?: string
  mode?: number
}

/** Devices that the engine chooses. `count` is -1 for all of them. */
export interface DeviceRequest {
  driver?: string
  count?: number
  ids: string[]
  capabilities: string[]
  options: Record<string, string>
}
