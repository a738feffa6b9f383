import path from 'node:path'
import { canonical } from '../../shared/canonical.ts'
import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Permission } from '../../shared/trust.ts'
import { earlierRemote } from '../data/data-remote.ts'
import { volumeName } from '../data/volumes.ts'
import type { ContainerSpec, MountSettings } from '../docker/containers.ts'
import { isInside } from '../files/project-paths.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { isOlderKey } from '../store/project-key.ts'
import { isLoopback } from './decide-trust.ts'
import { type EngineSocket, engineSockets } from './engine-sockets.ts'
import { resolveLinks } from './resolve-links.ts'

/** The context for judging a create request. */
export interface RequestContext {
  project: Project
  host: Pick<Host, 'env' | 'home'>
  /** The mount of the person's ssh agent, where they chose that it is given. */
  agent?: MountSettings | undefined
  /** Named in errors. */
  file: string
}

/** What of a create request stays inside the container, or is the engine's to keep inside. */
const HARMLESS = [
  'Image Env User Entrypoint Cmd Hostname StopSignal StopTimeout Healthcheck ExposedPorts Labels',
  'Domainname WorkingDir Tty OpenStdin',
].flatMap((names) => names.split(' '))
const HARMLESS_ON_HOST = [
  'Init ShmSize Memory NanoCpus PidsLimit Ulimits ExtraHosts Dns CapDrop ReadonlyRootfs Tmpfs',
  'MemoryReservation MemorySwap MemorySwappiness CpuShares CpuPeriod CpuQuota CpusetCpus CpusetMems BlkioWeight',
  'DnsOptions DnsSearch GroupAdd',
].flatMap((names) => names.split(' '))
const HARMLESS_OF_MOUNT = ['Type', 'Source', 'Target', 'ReadOnly', 'TmpfsOptions']

const NAMESPACES = {
  PidMode: 'pid',
  IpcMode: 'ipc',
  UTSMode: 'uts',
  UsernsMode: 'user',
  CgroupnsMode: 'cgroup',
} as const
/** Modes that give a container a namespace of its own. */
const OWN_NAMESPACE = ['', 'private', 'shareable', 'none']

type Fields = Record<string, unknown>

/**
 * What a container could reach that is made by a create request. An unknown part of the request is a permission by
 * itself, so nothing passes unnoticed.
 * Errors: `definition-invalid` for a mount that cannot be checked.
 */
export async function permissionsOfRequest(
  spec: ContainerSpec,
  place: RequestContext,
): Promise<Permission[]> {
  const { HostConfig = {}, NetworkingConfig, ...outer } = spec
  const found: Permission[] = [...settings('', outer, HARMLESS)]
  if (!onlyAliases(NetworkingConfig, HostConfig.NetworkMode))
    found.push(...settings('', { NetworkingConfig }, []))
  const unread: Fields = {}
  for (const [name, value] of Object.entries(HostConfig as Fields)) {
    if (isNothing(value)) continue
    if (name === 'Privileged') found.push({ kind: 'privileged' })
    else if (name === 'CapAdd') found.push(...texts(value).map(linuxCapability))
    else if (name === 'SecurityOpt') found.push(...texts(value).flatMap(securityOption))
    else if (name === 'Devices') found.push(...(await devices(value, place)))
    else if (name === 'DeviceRequests') found.push(...list(value).map(deviceRequest))
    else if (name === 'Mounts') found.push(...(await mounts(value as MountSettings[], place)))
    else if (name === 'PortBindings') found.push(...ports(value as Fields))
    else if (name === 'NetworkMode') continue
    else if (isNamespace(name)) {
      const of = String(value)
      if (!OWN_NAMESPACE.includes(of)) found.push({ kind: 'namespace', namespace: NAMESPACES[name], of })
    } else unread[name] = value
  }
  const { NetworkMode: mode } = HostConfig
  found.push({
    kind: 'network',
    mode: mode === undefined || mode === '' || mode === 'bridge' ? 'default' : mode,
  })
  return [...found, ...settings('HostConfig.', unread, HARMLESS_ON_HOST)]
}

const isNamespace = (name: string): name is keyof typeof NAMESPACES => Object.hasOwn(NAMESPACES, name)

/** What the engine takes as if it were not there. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0)

function settings(prefix: string, fields: Fields, harmless: readonly string[]): Permission[] {
  return Object.entries(fields)
    .filter(([name, value]) => !harmless.includes(name) && !isNothing(value))
    .map(([name, value]) => ({ kind: 'setting', name: `${prefix}${name}`, value: JSON.stringify(value) }))
}

/** Whether it only gives the container names in its network, which is a permission by itself. */
const onlyAliases = (networking: unknown, mode = ''): boolean =>
  isNothing(networking) ||
  canonical(networking) ===
    canonical({ EndpointsConfig: { [mode]: { Aliases: aliasesIn(networking, mode) } } })

function aliasesIn(networking: unknown, mode: string): string[] {
  const { EndpointsConfig: ends } = networking as { EndpointsConfig?: Record<string, Fields | undefined> }
  return texts(ends?.[mode]?.['Aliases'] ?? [])
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
const texts = (value: unknown): string[] => list(value).map(String)

const linuxCapability = (name: string): Permission => ({
  kind: 'linux-capability',
  name: name.toUpperCase().replace(/^CAP_/, ''),
})

/** One that only removes rights is not listed. */
const securityOption = (option: string): Permission[] =>
  /^no-new-privileges(?:[:=]true)?$/.test(option) ? [] : [{ kind: 'security-option', option }]

function devices(value: unknown, { file }: RequestContext): Promise<Permission[]> {
  return Promise.all(
    list(value).map(async (device): Promise<Permission> => {
      const { PathOnHost = '', PathInContainer = '', CgroupPermissions = 'rwm', ...more } = device as Fields
      if (Object.keys(more).length > 0) return deviceRequest(device)
      return {
        kind: 'device',
        path: await resolveLinks(String(PathOnHost), file),
        target: String(PathInContainer),
        access: String(CgroupPermissions),
      }
    }),
  )
}

const deviceRequest = (request: unknown): Permission => ({
  kind: 'device-request',
  request: JSON.stringify(request),
})

function ports(bindings: Fields): Permission[] {
  return Object.entries(bindings).flatMap(([key, bound]) =>
    list(bound).map((binding): Permission => {
      const [written, protocol] = key.split('/')
      const { HostIp = '', HostPort = '' } = binding as { HostIp?: string; HostPort?: string }
      const [port, host] = [Number(written), Number(HostPort)]
      return {
        kind: 'port',
        address: HostIp,
        port,
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
        // On loopback it is within the default permissions, whichever is free.
        ...(host !== port && !isLoopback(HostIp) && { host }),
      }
    }),
  )
}

async function mounts(all: readonly MountSettings[], place: RequestContext): Promise<Permission[]> {
  const binds = all.some(({ Type }) => Type === 'bind')
  const sockets = binds ? await engineSockets(place.host) : []
  const found = await Promise.all(all.map((mount) => permissionsOfMount(mount, sockets, place)))
  return withOwner(found.flat(), place)
}

/** Own volumes that another repository filled, which was in the folder before, are not this one's. */
async function withOwner(permissions: Permission[], place: RequestContext): Promise<Permission[]> {
  if (!permissions.some(({ kind }) => kind === 'own-volume')) return permissions
  const of = await earlierRemote({ home: place.host.home, project: place.project })
  if (of === undefined) return permissions
  return permissions.map((one) =>
    one.kind === 'own-volume' ? { ...one, kind: 'volume', of, access: 'write' } : one,
  )
}

async function permissionsOfMount(
  mount: MountSettings,
  sockets: readonly EngineSocket[],
  place: RequestContext,
): Promise<Permission[]> {
  const { Type, Source, Target: target, ReadOnly } = mount
  // The same folder at another place, or to be written, is what a definition mounts.
  if (place.agent && canonical(mount) === canonical(place.agent)) return [{ kind: 'ssh-agent' }]
  const access = ReadOnly ? 'read' : 'write'
  const { VolumeOptions, ...plain } = mount
  // That a volume is not filled from the image takes nothing from anybody; other options can mount anything.
  const options = VolumeOptions && canonical(VolumeOptions) !== canonical({ NoCopy: true }) ? mount : plain
  const more = settings(`HostConfig.Mounts ${target} `, options as unknown as Fields, HARMLESS_OF_MOUNT)
  switch (Type) {
    case 'tmpfs':
      return more
    case 'volume': {
      const own = volumeName(place.project.key, 'x').slice(0, -1)
      // Without a name it is new, and goes with the container.
      if (Source === '') return more
      if (!Source.startsWith(own) || mayBeAnothers(place.project.key, Source.slice(own.length)))
        return [...more, { kind: 'volume', name: Source, target, access }]
      return [...more, { kind: 'own-volume', name: Source.slice(own.length), target }]
    }
    case 'bind':
      return [...more, ...(await permissionsOfBind(Source, target, access, sockets, place))]
    default:
      return [{ kind: 'setting', name: 'HostConfig.Mounts', value: JSON.stringify(mount) }]
  }
}

/**
 * Whether a volume may be another project's although its name begins as this one's do: the key of the older form may be the
 * beginning of another key, which ends with 8 or 32 digits.
 */
const mayBeAnothers = (key: ProjectKey, name: string): boolean =>
  isOlderKey(key) && /(?:^|-)(?:[0-9a-f]{8}|[0-9a-f]{32})-/.test(name)

async function permissionsOfBind(
  written: string,
  target: string,
  access: 'read' | 'write',
  sockets: readonly EngineSocket[],
  { project, file }: RequestContext,
): Promise<Permission[]> {
  if (!path.isAbsolute(written)) {
    const problem = `it mounts "${written}" at ${target}, which is not an absolute path`
    throw productError('definition-invalid', { file, problem })
  }
  const source = await resolveLinks(written, file)
  const names = [path.normalize(written), source]
  const reached = sockets.filter(({ paths, exists }) =>
    paths.some((one) => names.some((name) => name === one || (exists && isInside(one, name)))),
  )
  const engines = reached.map(({ socket }): Permission => ({ kind: 'docker-socket', socket, source, target }))
  // The socket itself and nothing beside it.
  if (sockets.some(({ paths }) => names.some((name) => paths.includes(name)))) return engines.slice(0, 1)
  const roots = [project.path, ...(project.gitRoot === undefined ? [] : [project.gitRoot])]
  if (roots.some((root) => isInside(source, root))) {
    const folder = path.relative(project.path, source).replaceAll('\\', '/') || '.'
    return [...engines, { kind: 'own-folder', folder, target, access }]
  }
  const link = path.normalize(written) === source ? {} : { written }
  return [...engines, { kind: 'folder', source, ...link, target, access }]
}
