import { createHash } from 'node:crypto'
import { canonical } from '../../shared/canonical.ts'
import { type LayerRequests, Permission, type PermissionRequest } from '../../shared/trust.ts'
import { isThisComputer } from '../registry/loopback-host.ts'

/** The trust state of a folder: its origin, and what a person granted to it at its place. */
export interface TrustState {
  origin: PermissionRequest['origin']
  remote: string | null
  /** Whether the default permissions are granted. */
  defaults: boolean
  granted: readonly Permission[]
  /** What was granted for requests of the person's own layer alone. */
  grantedToLayer?: readonly Permission[]
}

/**
 * Decides which of the requested permissions need a grant. `layer`: which of them the person's own layer requests. Pure;
 * the order of lists does not matter.
 */
export function decideTrust(
  { origin, remote, defaults, granted, grantedToLayer = [] }: TrustState,
  requested: readonly Permission[],
  layer: LayerRequests = [],
): PermissionRequest {
  const permissions = sorted(requested.map((one) => asGranted(granted, one)))
  const beyond = permissions.filter((permission) => !isDefault(permission))
  const needed = origin === 'clone' ? permissions : beyond
  const toLayer = needed.filter(ofLayer(layer, granted))
  const asked = needed.filter((permission) => {
    if (isDefault(permission)) return !defaults
    const given = toLayer.includes(permission) ? [...granted, ...grantedToLayer] : granted
    return !given.some((one) => covers(one, permission))
  })
  return {
    fingerprint: fingerprintOf(remote, needed),
    anyFiles: asked.some(isOfFiles) ? fingerprintOf(remote, withFiles(needed, 'any')) : null,
    changedFiles: [],
    capabilities: permissions,
    beyond,
    asked,
    granted: asked.length === 0 && defaults,
    origin,
    remote,
    ...(Array.isArray(layer) && layer.length > 0 && { ofLayer: [...layer] }),
  }
}

/**
 * Which permissions count as requested by the person's own layer. Of merged ones all do that were not granted to the
 * definition: what is granted to a layer is not the definition's once the layer is gone. A layer runs no command on this
 * computer.
 */
export function ofLayer(
  layer: LayerRequests,
  granted: readonly Permission[],
): (permission: Permission) => boolean {
  if (!Array.isArray(layer)) {
    const isCovered = (one: Permission, by: readonly Permission[]) => by.some((each) => covers(each, one))
    return (one) => one.kind !== 'host-command' && isCovered(one, layer.merged) && !isCovered(one, granted)
  }
  const texts = new Set(layer.map(canonical))
  return (one) => texts.has(canonical(one))
}

const fingerprintOf = (remote: string | null, needed: readonly Permission[]): string =>
  createHash('sha256').update(canonical({ remote, needed })).digest('hex')

/** Marks a command as allowed to run with any content of the project's files. */
const asGranted = (granted: readonly Permission[], wanted: Permission): Permission =>
  isOfFiles(wanted) &&
  granted.some((given) => 'files' in given && given.files === 'any' && covers(given, wanted))
    ? ofFiles(wanted, 'any')
    : wanted

/** Whether a permission is for a command that is about to run with the project's files as they are. */
const isOfFiles = (permission: Permission): boolean =>
  permission.kind === 'host-command' && permission.files !== undefined && permission.files !== 'any'

const ofFiles = (one: Permission, files: string): Permission =>
  one.kind === 'host-command' ? { ...one, files } : one

/** The same for commands on this computer that are about to run with the project's files in the state `files`. */
export const withFiles = (permissions: readonly Permission[], files: string): Permission[] =>
  permissions.map((one) => ofFiles(one, files))

/**
 * The default permissions: the project's own folder and volumes, the network, ports on loopback, and the images and downloads
 * that all of it is made of, but for what services of this computer answer.
 */
function isDefault(permission: Permission): boolean {
  switch (permission.kind) {
    case 'image':
    case 'feature':
    case 'own-folder':
    case 'own-volume':
      return true
    case 'download':
      return !(URL.canParse(permission.url) && isThisComputer(new URL(permission.url).hostname))
    case 'port':
      return isLoopback(permission.address)
    case 'network':
      return permission.mode === 'default' || permission.mode === 'none'
    case 'variable':
      return isHarmlessVariable(permission.name)
    case 'host-command':
    case 'git-root':
    case 'folder':
    case 'volume':
    case 'docker-socket':
    case 'privileged':
    case 'linux-capability':
    case 'security-option':
    case 'device':
    case 'device-request':
    case 'namespace':
    case 'build-ssh-agent':
    case 'ssh-agent':
    case 'setting':
      return false
  }
}

/** Whether an address is this computer's alone. */
export const isLoopback = (address: string): boolean => /^(?:127(?:\.\d{1,3}){3}|::1)$/.test(address)

/** Whether a variable of the environment only identifies the person and their session. What any other holds may be a secret. */
export const isHarmlessVariable = (name: string): boolean => HARMLESS_VARIABLES.includes(name)

const HARMLESS_VARIABLES = [
  'HOME USERPROFILE USER USERNAME LOGNAME UID GID HOSTNAME PWD PATH SHELL LANG LC_ALL TZ TERM DISPLAY',
  'WAYLAND_DISPLAY XDG_RUNTIME_DIR SSH_AUTH_SOCK',
].flatMap((names) => names.split(' '))

/** Whether a granted permission includes a requested one. The mount's target inside does not matter. */
export function covers(granted: Permission, wanted: Permission): boolean {
  // What one service may reach was not granted to another one.
  if (granted.service !== wanted.service) return false
  if (granted.kind === 'privileged')
    return ['privileged', 'linux-capability', 'security-option', 'device'].includes(wanted.kind)
  if (granted.kind === 'linux-capability' && wanted.kind === 'linux-capability')
    return granted.name === 'ALL' || granted.name === wanted.name
  if (granted.kind === 'folder' && wanted.kind === 'folder')
    return granted.source === wanted.source && (granted.access === 'write' || wanted.access === 'read')
  if (granted.kind === 'docker-socket' && wanted.kind === 'docker-socket')
    return granted.source === wanted.source
  if (granted.kind === 'device' && wanted.kind === 'device')
    return granted.path === wanted.path && [...wanted.access].every((one) => granted.access.includes(one))
  // The very text, and, where it is about to run, the very files; where it stands does not matter.
  if (granted.kind === 'host-command' && wanted.kind === 'host-command') {
    if (canonical(granted.command) !== canonical(wanted.command)) return false
    return wanted.files === undefined || granted.files === 'any' || granted.files === wanted.files
  }
  return canonical(granted) === canonical(wanted)
}

/** Each once, by kind and text. */
export function sorted(permissions: readonly Permission[]): Permission[] {
  const byText = new Map(permissions.map((permission) => [canonical(permission), permission]))
  const keyed = [...byText].map(([text, permission]) => ({
    text,
    capability: permission,
    at: KINDS.indexOf(permission.kind),
  }))
  return keyed
    .sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1))
    .map(({ capability: permission }) => permission)
}

const KINDS = Permission.def.options.map((option) => option.shape.kind.def.values[0])
