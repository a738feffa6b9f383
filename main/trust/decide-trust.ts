import { createHash } from 'node:crypto'
import { canonical } from '../../shared/canonical.ts'
import { Capability, type TrustSheet } from '../../shared/trust.ts'

/** How a folder stands: where it came from, and what a person granted it as it is now. */
export interface Standing {
  origin: TrustSheet['origin']
  remote: string | null
  /** Whether the everyday set is granted. */
  everyday: boolean
  granted: readonly Capability[]
}

/** What follows from how a folder stands for what its definition reaches. Pure; the order of lists does not matter. */
export function decideTrust(
  { origin, remote, everyday, granted }: Standing,
  reached: readonly Capability[],
): TrustSheet {
  const capabilities = sorted(reached.map((one) => asGranted(granted, one)))
  const beyond = capabilities.filter((capability) => !isEveryday(capability))
  const needed = origin === 'clone' ? capabilities : beyond
  const asked = needed.filter((capability) =>
    isEveryday(capability) ? !everyday : !granted.some((given) => covers(given, capability)),
  )
  return {
    fingerprint: fingerprintOf(remote, needed),
    anyFiles: asked.some(isOfFiles) ? fingerprintOf(remote, withFiles(needed, 'any')) : null,
    changedFiles: [],
    capabilities,
    beyond,
    asked,
    granted: asked.length === 0 && everyday,
    origin,
    remote,
  }
}

const fingerprintOf = (remote: string | null, needed: readonly Capability[]): string =>
  createHash('sha256').update(canonical({ remote, needed })).digest('hex')

/** A command that may run whatever the project's files say is told so. */
const asGranted = (granted: readonly Capability[], wanted: Capability): Capability =>
  isOfFiles(wanted) &&
  granted.some((given) => 'files' in given && given.files === 'any' && covers(given, wanted))
    ? ofFiles(wanted, 'any')
    : wanted

/** Whether a command is about to run that was not granted with the project's files as they are. */
const isOfFiles = (capability: Capability): boolean =>
  capability.kind === 'host-command' && capability.files !== undefined && capability.files !== 'any'

const ofFiles = (one: Capability, files: string): Capability =>
  one.kind === 'host-command' ? { ...one, files } : one

/** The same, where the commands on this computer are about to run with the project's files as `files` says. */
export const withFiles = (capabilities: readonly Capability[], files: string): Capability[] =>
  capabilities.map((one) => ofFiles(one, files))

/**
 * The everyday set: the project's own folder and volumes, the network, ports on loopback, and the images that all of it
 * is made of.
 */
function isEveryday(capability: Capability): boolean {
  switch (capability.kind) {
    case 'image':
    case 'download':
    case 'own-folder':
    case 'own-volume':
      return true
    case 'port':
      return /^(?:127(?:\.\d{1,3}){3}|::1)$/.test(capability.address)
    case 'network':
      return capability.mode === 'default' || capability.mode === 'none'
    case 'variable':
      return HARMLESS_VARIABLES.includes(capability.name)
    case 'host-command':
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

/** Variables of a person's environment that tell where and who he is. What any other holds may be a secret. */
const HARMLESS_VARIABLES = [
  'HOME USERPROFILE USER USERNAME LOGNAME UID GID HOSTNAME PWD PATH SHELL LANG LC_ALL TZ TERM DISPLAY',
  'WAYLAND_DISPLAY XDG_RUNTIME_DIR SSH_AUTH_SOCK',
].flatMap((names) => names.split(' '))

/** Whether a granted capability is as wide as a wanted one, or wider. Where a mount is seen inside makes none wider. */
export function covers(granted: Capability, wanted: Capability): boolean {
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
export function sorted(capabilities: readonly Capability[]): Capability[] {
  const byText = new Map(capabilities.map((capability) => [canonical(capability), capability]))
  const keyed = [...byText].map(([text, capability]) => ({
    text,
    capability,
    at: KINDS.indexOf(capability.kind),
  }))
  return keyed.sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1)).map(({ capability }) => capability)
}

const KINDS = Capability.def.options.map((option) => option.shape.kind.def.values[0])
