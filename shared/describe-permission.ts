import { exact } from './exact.ts'
import type { LayerRequests, OutdatedConsent, Permission } from './trust.ts'

const asShell = (command: string | string[]): string =>
  typeof command === 'string' ? command : JSON.stringify(command)

/** A permission as one line of English, its texts exact, with the service that has it. */
export function describePermission(permission: Permission): string {
  const { service } = permission
  return exact(service === undefined ? describe(permission) : `${service}: ${describe(permission)}`)
}

function describe(permission: Permission): string {
  switch (permission.kind) {
    case 'image':
      return permission.onbuild === undefined
        ? `image ${permission.reference}`
        : `image ${permission.reference}, which adds to the build: ${permission.onbuild.join('; ')}`
    case 'feature':
      return permission.requests.length === 0
        ? `feature ${permission.reference}`
        : `feature ${permission.reference}, which asks for: ${permission.requests.join('; ')}`
    case 'download':
      return `download ${permission.url}`
    case 'own-folder':
      return `own folder ${permission.folder} at ${permission.target} (${permission.access})`
    case 'git-root':
      return `git repository ${permission.root} around ${permission.earlier}: all of it becomes the project's own folder`
    case 'own-volume':
      return `own volume ${permission.name} at ${permission.target}`
    case 'port':
      return describePort(permission)
    case 'network':
      return NETWORKS[permission.mode] ?? `network ${permission.mode}`
    case 'variable':
      return `variable ${permission.name} of your environment${permission.use === 'build' ? ', for its build' : ''}`
    case 'host-command': {
      const name = permission.name === null ? '' : ` ${permission.name}`
      const { from, command, files } = permission
      return `command on this computer (${from}${name}): ${asShell(command)}${withFiles(files)}`
    }
    case 'folder': {
      const written = permission.written === undefined ? '' : `, written as ${permission.written},`
      return `folder ${permission.source}${written} at ${permission.target} (${permission.access})`
    }
    case 'volume': {
      const owner =
        permission.of === undefined
          ? 'that belongs to something else'
          : `with the data of ${permission.of}, which was in this folder before,`
      return `volume ${permission.name} ${owner} at ${permission.target} (${permission.access})`
    }
    case 'docker-socket':
      return `container engine ${permission.socket} through ${permission.source}: it gives full control of this computer`
    case 'privileged':
      return 'privileged: no isolation between the container and this computer'
    case 'linux-capability':
      return `Linux capability ${permission.name}`
    case 'security-option':
      return `security option ${permission.option}`
    case 'device':
      return `device ${permission.path} at ${permission.target} (${permission.access})`
    case 'device-request':
      return `devices ${permission.request}`
    case 'namespace':
      return `${permission.namespace} namespace of ${permission.of === 'host' ? 'this computer' : permission.of}`
    case 'build-ssh-agent':
      return 'ssh agent of yours, for the build: its commands can log in wherever your keys can'
    case 'ssh-agent':
      return 'ssh agent of yours: while you work inside, what runs there can log in wherever your keys can'
    case 'setting':
      return `setting ${permission.name} = ${permission.value}`
  }
}

/** An earlier consent that is not for the current request, as lines of English. */
export function describeOutdatedConsent({ fingerprint, since }: OutdatedConsent): string[] {
  const given = `--trust ${exact(fingerprint).slice(0, 12)}…`
  if (since === null) return [`${given} names nothing that was shown of it on this computer.`]
  const { more, less, remoteChanged } = since
  return [
    `${given} granted something else, as it was shown before. Since then:`,
    ...more.map((one) => `  it asks, too, for ${describePermission(one)}`),
    ...less.map((one) => `  it no longer asks for ${describePermission(one)}`),
    ...(remoteChanged ? ["  its remote (git's origin) is another one"] : []),
  ]
}

/** Features that ask for something by themselves, as lines of English. A feature of a version's merged layer may be of either. */
export function describeAskingFeatures(features: readonly Permission[], layer: LayerRequests): string[] {
  const ofLayer = Array.isArray(layer) ? layer.map(describePermission) : []
  const other = Array.isArray(layer) ? 'The definition' : 'The version'
  return features.map(describePermission).map((text) => {
    const user = ofLayer.includes(text) ? 'Your layer' : other
    return `${user} uses the ${text}`
  })
}

/** What changed of the project's files, as a line of English; undefined where nothing is known to have. */
export function describeChanged(files: readonly string[]): string | undefined {
  if (files.length === 0) return undefined
  const more = files.length > 5 ? ` and ${files.length - 5} more` : ''
  return `Changed since it was granted: ${files.slice(0, 5).map(exact).join(', ')}${more}`
}

/** Shown before commands on this computer are granted for any content of the project's files. */
export const ANY_FILES =
  "What a command on this computer does stands in the project's files, too, and code inside can change them."

function withFiles(files: string | undefined): string {
  if (files === undefined) return ''
  if (files === 'any') return " (whatever the project's files say, which code inside can change)"
  return ` (with the project's files as they are, ${files.slice(0, 12)})`
}

function describePort({ address, port, protocol, host }: Extract<Permission, { kind: 'port' }>): string {
  const on = address || 'every address'
  if (host === undefined) return `port ${port}/${protocol} on ${on}`
  return `${host === 0 ? 'any port' : `port ${host}`} on ${on}, for ${port}/${protocol} inside`
}

const NETWORKS: Partial<Record<string, string>> = {
  default: 'network, outwards',
  none: 'no network',
  host: 'network of this computer, with everything that listens there on it',
}
