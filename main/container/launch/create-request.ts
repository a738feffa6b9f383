import { createHash } from 'node:crypto'
import { canonical } from '../../../shared/canonical.ts'
import type { InputChange } from '../../../shared/change.ts'
import type { HookCommand, Mount, RunConfig } from '../../../shared/definition.ts'
import type { VersionId } from '../../../shared/ids.ts'
import { type Content, contentMounts } from '../../data/baked-content.ts'
import { type ManagedVolume, volumeName } from '../../data/volumes.ts'
import { volumeNameFor } from '../../definition/devcontainer/run/parse-mounts.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import type { ContainerSpec, MountSettings } from '../../docker/containers.ts'
import type { ImageDetails } from '../../docker/images.ts'
import { LABEL } from '../../docker/labels.ts'
import { parseLabel } from '../../docker/parse-label.ts'
import { adaptedFrom } from '../../history/adapted-image.ts'
import { AGENT_TARGET } from '../../personal/agent-folder.ts'
import type { Project } from '../../store/open-project.ts'
import type { ChangedAccounts } from './accounts.ts'
import { type PortChoice, portKey } from './choose-ports.ts'
import {
  composeRequest,
  connectionsOf,
  externalVolumes,
  type SetNames,
  STEADY_NAMES,
} from './compose-request.ts'
import { furtherSettings } from './further-settings.ts'
import { IDLE_ENTRYPOINT, isIdle, LEGACY_IDLE_ENTRYPOINT } from './idle-entrypoint.ts'
import { sealedHost } from './read-only-root.ts'

const MS = 1_000_000

/** The parts of a container of an environment, except its ports. `run` is resolved for this computer. */
export interface ContainerParts {
  project: Project
  version: VersionId
  service: string
  image: ImageDetails
  run: RunConfig
  /** Of a service of Compose files: what they say of it, with the values of today. */
  composed?: ComposedService | undefined
  /** The folder of this computer in which it finds the person's ssh agent. */
  agent?: string | undefined
  /** What content hooks made in the workspace. */
  content?: Content | undefined
  /** The image's accounts on this computer, where the user of commands has other ids here. */
  accounts?: ChangedAccounts | undefined
}

/** What a create request takes of an image; empty for one that is not there yet. */
export interface RequestImage {
  Id: string
  Config: Partial<Pick<ImageDetails['Config'], 'Volumes' | 'Entrypoint' | 'Cmd' | 'Labels'>>
}
type RequestParts = Omit<ContainerParts, 'image'> & { image: RequestImage }

/**
 * The managed volumes of a container: those of its mounts, and one for every `VOLUME` of its image, which several services
 * may have at the same place.
 */
export function managedVolumes({
  project: { key },
  run,
  image,
  service,
  composed,
}: Omit<RequestParts, 'version'>): ManagedVolume[] {
  const prefix = composed ? `${service}-` : ''
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const named = mounts.flatMap((mount) =>
    mount.kind === 'volume'
      ? [{ name: volumeName(key, mount.source), target: mount.target, readOnly: mount.readOnly }]
      : [],
  )
  const external = externalVolumes(composed, run).map(({ Target }) => Target)
  const taken = new Set([...mounts.map(({ target }) => target), ...external])
  const declared = Object.keys(image.Config.Volumes ?? {})
    .filter((target) => !taken.has(target))
    .map((target) => ({
      name: volumeName(key, `${prefix}${volumeNameFor(target)}`),
      target,
      readOnly: false,
    }))
  return [...named, ...declared]
}

/**
 * The create request of a container, labelled with the hashes of its parts. `names`: of what it shares with the other
 * services of its set.
 */
export function createRequest(
  parts: RequestParts,
  ports: PortChoice[],
  names: SetNames = STEADY_NAMES,
): ContainerSpec {
  const { project, version, service, run } = parts
  const spec = baseRequest(parts, names)
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  // In another's network there is nothing to publish, and an engine refuses to.
  for (const { request, host } of sharesNetwork(run) ? [] : ports) {
    const binding = { HostIp: request.address ?? '127.0.0.1', HostPort: host === 0 ? '' : String(host) }
    bindings[portKey(request)] = [...(bindings[portKey(request)] ?? []), binding]
  }
  return {
    ...spec,
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    HostConfig: { ...spec.HostConfig, PortBindings: bindings },
    Labels: {
      ...run.options.labels,
      [LABEL.project]: project.key,
      [LABEL.version]: version,
      [LABEL.service]: service,
      [LABEL.role]: 'environment',
      [LABEL.path]: project.path,
      [LABEL.request]: canonical(requestHashes(parts)),
      [LABEL.portLabels]: canonical(
        Object.fromEntries(run.ports.flatMap((port) => (port.label ? [[portKey(port), port.label]] : []))),
      ),
    },
  }
}

/** Whether a container listens in this computer's network, or in another container's. */
export const sharesNetwork = ({ options }: RunConfig): boolean =>
  /^(?:host$|container:|service:)/.test(options.network ?? '')

function baseRequest(parts: RequestParts, names: SetNames): ContainerSpec {
  const { image, run, composed } = parts
  const spec = plainRequest(parts)
  return composed ? composeRequest(spec, composed, run, image, names) : spec
}

function plainRequest(parts: RequestParts): ContainerSpec {
  const { image, run, agent, content, composed } = parts
  const { options } = run
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const volumes = managedVolumes(parts).map(
    (volume): MountSettings => ({
      Type: 'volume',
      Source: volume.name,
      Target: volume.target,
      ReadOnly: volume.readOnly,
    }),
  )
  const memory = memoryOf(run)
  const others = [
    ...volumes,
    ...mounts.flatMap(hostMount),
    ...(agent === undefined ? [] : [agentMount(agent)]),
  ]
  const external = externalVolumes(composed, run)
  const taken = [...others, ...external, ...Object.keys(memory).map((Target) => ({ Target }))]
  const all = [...others, ...(content ? contentMounts(content, taken) : []), ...external]
  return {
    Image: image.Id,
    Env: Object.entries(run.containerEnv).map(([name, value]) => `${name}=${value}`),
    ...(run.containerUser !== undefined && { User: run.containerUser }),
    ...programOf(run, image),
    ...(options.hostname !== undefined && { Hostname: options.hostname }),
    ...(options.stopSignal !== undefined && { StopSignal: options.stopSignal }),
    ...(options.stopTimeout !== undefined && { StopTimeout: options.stopTimeout }),
    ...(options.domainname !== undefined && { Domainname: options.domainname }),
    ...(options.workdir !== undefined && { WorkingDir: options.workdir }),
    ...(options.network !== undefined &&
      options.networkAliases && {
        NetworkingConfig: { EndpointsConfig: { [options.network]: { Aliases: options.networkAliases } } },
      }),
    ...(run.health && {
      Healthcheck: {
        Test: healthTest(run.health.command),
        Interval: run.health.interval * MS,
        Timeout: run.health.timeout * MS,
        Retries: run.health.retries,
      },
    }),
    HostConfig: {
      Init: run.init,
      Mounts: all,
      ...(options.shmSize !== undefined && { ShmSize: options.shmSize }),
      ...(options.memory !== undefined && { Memory: options.memory }),
      ...(options.cpus !== undefined && { NanoCpus: Math.round(options.cpus * 1e9) }),
      ...(options.pidsLimit !== undefined && { PidsLimit: options.pidsLimit }),
      ...(options.ulimits && {
        Ulimits: options.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
      }),
      ...(options.extraHosts && { ExtraHosts: options.extraHosts }),
      ...(options.dns && { Dns: options.dns }),
      ...(options.capDrop && { CapDrop: options.capDrop }),
      ...(options.readOnly && { ReadonlyRootfs: true }),
      ...(options.privileged && { Privileged: true }),
      ...(options.capAdd && { CapAdd: options.capAdd }),
      ...(options.securityOpt && { SecurityOpt: options.securityOpt }),
      ...(options.devices && {
        Devices: options.devices.map(({ source, target, access }) => ({
          PathOnHost: source,
          PathInContainer: target,
          CgroupPermissions: access,
        })),
      }),
      ...(isAlone(options.network) && { NetworkMode: options.network }),
      ...(isAlone(options.pid) && { PidMode: options.pid }),
      ...(isAlone(options.ipc) && { IpcMode: options.ipc }),
      ...(options.uts !== undefined && { UTSMode: options.uts }),
      ...(options.userns !== undefined && { UsernsMode: options.userns }),
      ...(options.cgroupns !== undefined && { CgroupnsMode: options.cgroupns }),
      ...furtherSettings(options),
      ...(Object.keys(memory).length > 0 && { Tmpfs: memory }),
      ...(run.sealed && sealedHost(all, memory)),
    },
  }
}

/** Whether a mode is given, and names no other service of the set: `composeRequest` adds those. */
const isAlone = (mode: string | undefined): mode is string =>
  mode !== undefined && !mode.startsWith('service:')

/** The mount of the person's ssh agent: read-only, so that nothing inside can create a socket there that others take for the agent's. */
export const agentMount = (folder: string): MountSettings => ({
  Type: 'bind',
  Source: folder,
  Target: AGENT_TARGET,
  ReadOnly: true,
})

/**
 * The file systems in memory that have options, by their paths: a mount has none but a size and a mode in an older engine.
 */
export function memoryOf({ mounts }: Pick<RunConfig, 'mounts'>): Record<string, string> {
  return Object.fromEntries(
    mounts.flatMap((mount) => {
      if (mount.kind !== 'tmpfs' || !mount.options) return []
      const size = mount.size === undefined ? [] : [`size=${mount.size}`]
      return [[mount.target, [...mount.options, ...size].join(',')]]
    }),
  )
}

/**
 * What a container runs, where that is not what its image says. Entry points of features run one after the other, as the
 * Dev Containers CLI runs them, and then it.
 */
function programOf(run: RunConfig, image: RequestImage): Pick<ContainerSpec, 'Entrypoint' | 'Cmd'> {
  const own = isKeptAlive(run, image)
    ? { Entrypoint: IDLE_ENTRYPOINT, Cmd: [] }
    : { Entrypoint: image.Config.Entrypoint ?? [], Cmd: image.Config.Cmd ?? [] }
  if (run.entrypoints) {
    const script = [...run.entrypoints, 'exec "$@"'].join('\n')
    return { Entrypoint: ['/bin/sh', '-c', script, 'sh', ...own.Entrypoint], Cmd: own.Cmd }
  }
  return isKeptAlive(run, image) ? own : {}
}

/** Whether a container runs no program of its image's, because it shall not or there is none. */
export const isKeptAlive = (run: RunConfig, image: RequestImage): boolean =>
  run.overrideCommand || !hasProgram(image)

/** An engine does not create a container without a program. */
const hasProgram = ({ Config }: RequestImage): boolean =>
  (Config.Entrypoint?.length ?? 0) > 0 || (Config.Cmd?.length ?? 0) > 0

function hostMount(mount: Mount): MountSettings[] {
  switch (mount.kind) {
    case 'bind':
      return [{ Type: 'bind', Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly }]
    case 'tmpfs':
      if (mount.options) return []
      return [
        {
          Type: 'tmpfs',
          Source: '',
          Target: mount.target,
          ...(mount.size !== undefined && { TmpfsOptions: { SizeBytes: mount.size, Mode: 0o1777 } }),
        },
      ]
    case 'volume':
      return []
  }
}

/** A command as the engine's health check wants it. */
function healthTest(command: HookCommand): string[] {
  return typeof command === 'string' ? ['CMD-SHELL', command] : ['CMD', ...command]
}

/**
 * Short hashes of the parts of a create request, so that a difference can be named. Host ports are excluded: they are
 * chosen, not requested.
 */
export function requestHashes(parts: RequestParts): Record<string, string> {
  const { HostConfig = {}, Env = [], ...rest } = baseRequest({ ...parts, agent: undefined }, STEADY_NAMES)
  // An image in which a user has other ids takes the place of its version's, where that is gone: it is what was wanted.
  const adapted = adaptedFrom(parts.image)
  const named: Record<string, unknown> = {
    ...rest,
    ...(adapted && { Image: adapted.image }),
    ...(isIdle(rest) && !parts.run.entrypoints && { Entrypoint: LEGACY_IDLE_ENTRYPOINT }),
    ...HostConfig,
    Agent: parts.agent,
    Ids: parts.accounts?.to ?? adapted?.ids,
    Ports: parts.run.ports,
    Labels: parts.run.options.labels,
    // The first is part of the request.
    Networks: furtherNetworks(parts),
  }
  for (const entry of Env) named[`Env ${entry.split('=')[0]}`] = entry
  return Object.fromEntries(
    Object.entries(named)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        createHash('sha256').update(canonical(value)).digest('hex').slice(0, 12),
      ]),
  )
}

/** What a container is connected to once it is there; undefined for nothing. */
function furtherNetworks({ composed }: RequestParts): object | undefined {
  const further = composed ? connectionsOf(composed, STEADY_NAMES).slice(1) : []
  return further.length > 0 ? further : undefined
}

/** How the create request of a running container differs from the one that is wanted. */
export function compareRequests(label: string | undefined, wanted: Record<string, string>): InputChange[] {
  const have = parseLabel(label)
  const changes: InputChange[] = []
  for (const part of [...new Set([...Object.keys(have), ...Object.keys(wanted)])].sort()) {
    const from = have[part] ?? ABSENT[part] ?? null
    const to = wanted[part] ?? ABSENT[part] ?? null
    if (from !== to) changes.push({ input: describePart(part), from, to, kind: 'computer' })
  }
  return changes
}

/** What a part is where a request says nothing of it, if not nothing. */
const ABSENT: Record<string, string> = { Ids: 'as in the image' }

function describePart(part: string): string {
  if (part === 'Image') return 'the image on the engine'
  if (part === 'Agent') return 'your ssh agent'
  if (part === 'Ids') return 'the user and group number on this computer'
  return part.startsWith('Env ')
    ? `containerEnv.${part.slice(4)} on this computer`
    : `${part} on this computer`
}
