import path from 'node:path'
import type { Mount, PortRequest, RunConfig, RunOptions } from '../../../shared/definition.ts'
import { configTarget, secretTarget } from '../../definition/compose/file-targets.ts'
import { isAbove } from '../../definition/compose/mounts-above.ts'
import { environmentOf } from '../../definition/compose/read-env-files.ts'
import type { StackFile, StackMount, StackPort, StackService } from '../../definition/compose/stack/stack.ts'
import { mergeMounts, volumeNameFor } from '../../definition/devcontainer/run/parse-mounts.ts'
import { mergePorts } from '../../definition/devcontainer/run/parse-ports.ts'
import { parseTmpfs } from '../../definition/devcontainer/run/volume-flags.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import { isInside } from '../../files/project-paths.ts'

/** Where a service of Compose files runs. */
export interface ComposePlace {
  /** The project's folder, absolute, and the git root that holds it, or that folder again. */
  folder: string
  root: string
  /** The person's home folder. */
  home: string
  /** Named in errors. */
  file: string
}

/**
 * How a service of Compose files is run: what they say, and over it the rest of its definition, `run`, whose templates are
 * replaced already. Values of Compose files are final: what looks like a template of devcontainer.json in them is text.
 * What a `RunConfig` has no word for is added to the create request: see `composeCreateRequest`.
 * Error: definition-unsupported for an option of a tmpfs.
 */
export function composeRun(
  { service, stack }: ComposedService,
  run: RunConfig,
  place: ComposePlace,
): RunConfig {
  const environment = Object.entries(environmentOf(service)).flatMap(([name, value]) =>
    value === null ? [] : [[name, value]],
  )
  const user = run.containerUser ?? service.user
  const mounts = [
    ...service.mounts.flatMap((mount) => mountsOf(mount, service, stack.volumes, place)),
    ...service.tmpfs.map((text) => parseTmpfs(text, { file: place.file, at: () => ({}) }, [])),
    ...service.secrets.flatMap((use) => fileMount(stack.secrets[use.source], secretTarget(use), place)),
    ...service.configs.flatMap((use) => fileMount(stack.configs[use.source], configTarget(use), place)),
  ]
  return {
    ...run,
    containerEnv: { ...Object.fromEntries(environment), ...run.containerEnv },
    ...(user !== undefined && { containerUser: user }),
    mounts: mergeMounts([...mounts, ...run.mounts]),
    ports: mergePorts([...service.ports.flatMap(portOf), ...run.ports]),
    options: mergeOptions(optionsOf(service), run.options),
  }
}

/** A service without what this computer, or the person, puts into its container: env files, secrets and configs. */
export const withoutFiles = ({ service, ...rest }: ComposedService): ComposedService => ({
  ...rest,
  service: { ...service, envFiles: [], secrets: [], configs: [] },
})

function mountsOf(
  mount: StackMount,
  { name }: StackService,
  volumes: ComposedService['stack']['volumes'],
  place: ComposePlace,
): Mount[] {
  switch (mount.kind) {
    case 'bind': {
      const { readOnly } = mount
      return [{ kind: 'bind', ...projectPart(mount, place), readOnly }]
    }
    case 'volume': {
      const { source, target, readOnly } = mount
      // Somebody else's volume is mounted under its own name.
      if (source !== undefined && volumes[source]?.external) return []
      return [{ kind: 'volume', source: source ?? `${name}-${volumeNameFor(target)}`, target, readOnly }]
    }
    case 'tmpfs': {
      const { target, size } = mount
      return [{ kind: 'tmpfs', target, ...(size !== undefined && size > 0 && { size }) }]
    }
    case 'other':
      return []
  }
}

/**
 * A folder of this computer and where it is mounted; of a folder above the project, which a file names from its own
 * (`../..`), only the project, at its place in it: what lies beside the project is not the project's.
 */
function projectPart(
  { source, target }: { source: string; target: string },
  place: ComposePlace,
): { source: string; target: string } {
  const folder = folderOf(source, place)
  if (!isAbove(source) || isInside(folder, place.root)) return { source: folder, target }
  const inside = path.relative(folder, place.root).split(path.sep).join('/')
  return { source: place.root, target: path.posix.join(target, inside) }
}

/** A path of this computer as Compose files have it: from the project's folder, from the person's home, or absolute. */
function folderOf(source: string, { folder, home }: ComposePlace): string {
  if (source === '~' || source.startsWith('~/')) return path.join(home, source.slice(1))
  return path.isAbsolute(source) || /^[a-z]:/i.test(source) ? source : path.resolve(folder, source)
}

/** A secret or config that is a file is mounted as it is; others are written into the container before it starts. */
const fileMount = (file: StackFile | undefined, target: string, place: ComposePlace): Mount[] =>
  file?.kind === 'file' && !file.kept
    ? [{ kind: 'bind', source: folderOf(file.file, place), target, readOnly: true }]
    : []

const LOOPBACK = '127.0.0.1'

/**
 * A published port: on the loopback address unless another one is given. The port of this computer is a wish: two clones
 * run at once, and a new set runs beside the old one.
 */
function portOf({ target, published, address, protocol }: StackPort): PortRequest[] {
  if (protocol === 'sctp') return []
  const beyond = address !== undefined && address !== LOOPBACK
  return [
    {
      ...(beyond && { address }),
      container: target,
      protocol,
      host: published?.first ?? target,
      fixed: false,
    },
  ]
}

/** A mode that names another service stays as it is until the names of the set are known. */
function optionsOf(service: StackService): RunOptions {
  const { ulimits, network } = service
  const options: Record<string, unknown> = {
    hostname: service.hostname,
    labels: service.labels,
    shmSize: service.shmSize,
    memory: service.memory,
    cpus: service.cpus,
    pidsLimit: service.pidsLimit,
    ulimits: Object.entries(ulimits).map(([name, { soft, hard }]) => ({ name, soft, hard })),
    extraHosts: service.extraHosts.map(hostForEngine),
    dns: service.dns,
    capDrop: service.capDrop,
    readOnly: service.readOnly,
    stopSignal: service.stopSignal,
    stopTimeout:
      service.stopGracePeriod === undefined ? undefined : Math.ceil(service.stopGracePeriod / 1000),
    privileged: service.privileged || undefined,
    capAdd: service.capAdd,
    securityOpt: service.securityOpt,
    devices: service.devices,
    network: network.kind === 'mode' ? network.mode : undefined,
    pid: service.pid,
    ipc: service.ipc,
    uts: service.uts,
    userns: service.userns,
    cgroupns: service.cgroup,
    sysctls: service.sysctls,
    deviceCgroupRules: service.deviceCgroupRules,
    runtime: service.runtime,
    oomScoreAdj: service.oomScoreAdj,
    memoryReservation: service.memoryReservation,
    memorySwap: service.memorySwap,
    memorySwappiness: service.memorySwappiness,
    cpuShares: service.cpuShares,
    cpuPeriod: service.cpuPeriod,
    cpuQuota: service.cpuQuota,
    cpusetCpus: service.cpuset,
    blkioWeight: service.blkioWeight,
    dnsOptions: service.dnsOptions,
    dnsSearch: service.dnsSearch,
    domainname: service.domainname,
    groupAdd: service.groupAdd,
    workdir: service.workingDir,
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => !isNothing(value)))
}

/** `name=address`, as Compose writes it, in the engine's form, which is `name:address`. */
const hostForEngine = (entry: string): string => entry.replace('=', ':')

const isNothing = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** The lists of rights of both, and otherwise what the definition says over what its Compose files say. */
function mergeOptions(compose: RunOptions, own: RunOptions): RunOptions {
  const both = (key: 'capAdd' | 'securityOpt') => [...new Set([...(compose[key] ?? []), ...(own[key] ?? [])])]
  const [capAdd, securityOpt] = [both('capAdd'), both('securityOpt')]
  return {
    ...compose,
    ...own,
    ...(capAdd.length > 0 && { capAdd }),
    ...(securityOpt.length > 0 && { securityOpt }),
  }
}
