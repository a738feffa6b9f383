import * as z from 'zod/mini'
import { Sha256 } from './ids.ts'

const text = z.string()
const access = z.enum(['read', 'write'])

/** Which of the services reaches it, where Compose files define several. */
const ofService = { service: z.optional(text) }

/**
 * One thing outside its containers that a definition may use, computed from what would really be done. Paths are real
 * ones of this computer, `target` is a path inside the container.
 */
export const Permission = z.discriminatedUnion('kind', [
  /** An image that is pulled, as the definition names it. `onbuild`: instructions that it adds to the build. */
  z.strictObject({
    ...ofService,
    kind: z.literal('image'),
    reference: text,
    onbuild: z.optional(z.array(text)),
  }),
  /** A feature that is installed on the image, with what it asks for by itself, a line each. */
  z.strictObject({ ...ofService, kind: z.literal('feature'), reference: text, requests: z.array(text) }),
  /** A file that a Dockerfile downloads. */
  z.strictObject({ ...ofService, kind: z.literal('download'), url: text }),
  /** The project's own folder or one in it, relative to it; `..` where its git root lies above it. */
  z.strictObject({ ...ofService, kind: z.literal('own-folder'), folder: text, target: text, access }),
  /** A git root above the one that the project had before: all of it becomes the project's own folder. */
  z.strictObject({ ...ofService, kind: z.literal('git-root'), root: text, earlier: text }),
  /** A volume of the project's own, by its name within the project. */
  z.strictObject({ ...ofService, kind: z.literal('own-volume'), name: text, target: text }),
  /** A published port of the container. `host`: the port of this computer, where it is another one; 0 is any. */
  z.strictObject({
    ...ofService,
    kind: z.literal('port'),
    address: text,
    port: z.int(),
    protocol: z.enum(['tcp', 'udp']),
    host: z.optional(z.int()),
  }),
  /** The engine's `NetworkMode`: `default`, `none`, `host`, a network's name or `container:…`. */
  z.strictObject({ ...ofService, kind: z.literal('network'), mode: text }),
  /**
   * A variable of the person's environment that the container or the build is given. `use`: one of several services gets it
   * for its build alone.
   */
  z.strictObject({
    ...ofService,
    kind: z.literal('variable'),
    name: text,
    use: z.optional(z.literal('build')),
  }),
  /**
   * A command that runs on this computer: shell text, or a list of arguments. `name`: of a set of commands. Its effect
   * also depends on the project's files, which code in an environment can change. `files`: the SHA-256 over them as
   * they are, or `any`: it may run with any content. Absent where it is not about to run.
   */
  z.strictObject({
    ...ofService,
    kind: z.literal('host-command'),
    from: text,
    name: z.nullable(text),
    command: z.union([text, z.array(text)]),
    files: z.optional(z.union([Sha256, z.literal('any')])),
  }),
  /** Another folder or file of this computer. `written`: the path in the definition, if that is a link. */
  z.strictObject({
    ...ofService,
    kind: z.literal('folder'),
    source: text,
    written: z.optional(text),
    target: text,
    access,
  }),
  /** A volume that is not the project's own. `of`: the remote of the repository that used it in this folder before. */
  z.strictObject({
    ...ofService,
    kind: z.literal('volume'),
    name: text,
    of: z.optional(text),
    target: text,
    access,
  }),
  /** A container engine's socket, by itself or in a folder: who has it rules this computer. */
  z.strictObject({
    ...ofService,
    kind: z.literal('docker-socket'),
    socket: text,
    source: text,
    target: text,
  }),
  z.strictObject({ ...ofService, kind: z.literal('privileged') }),
  /** Without the prefix `CAP_`, in capitals. */
  z.strictObject({ ...ofService, kind: z.literal('linux-capability'), name: text }),
  z.strictObject({ ...ofService, kind: z.literal('security-option'), option: text }),
  /** `access`: letters of r, w and m (make nodes). */
  z.strictObject({ ...ofService, kind: z.literal('device'), path: text, target: text, access: text }),
  /** Devices that the engine chooses, such as GPUs. */
  z.strictObject({ ...ofService, kind: z.literal('device-request'), request: text }),
  /** A namespace that is not the container's own: `host`, or `container:…`. */
  z.strictObject({
    ...ofService,
    kind: z.literal('namespace'),
    namespace: z.enum(['pid', 'ipc', 'uts', 'user', 'cgroup']),
    of: text,
  }),
  /** The person's ssh agent, for the commands of the build: it signs with the keys that it holds, and gives none. */
  z.strictObject({ ...ofService, kind: z.literal('build-ssh-agent') }),
  /** The person's ssh agent, for commands inside: it signs with the keys that it holds, and gives none. */
  z.strictObject({ ...ofService, kind: z.literal('ssh-agent') }),
  /** Anything else of a create request that is not known to stay inside, in JSON. */
  z.strictObject({ ...ofService, kind: z.literal('setting'), name: text, value: text }),
])
export type Permission = z.infer<typeof Permission>

/**
 * What a definition reaches, and what of it was granted. The fingerprint covers the folder's remote and everything that
 * needs a grant: with it a person agrees to what they saw, and to nothing that came later.
 */
export const PermissionRequest = z.strictObject({
  fingerprint: Sha256,
  /**
   * The fingerprint that grants the same, and its commands on this computer with any content of the project's files
   * from then on; null if no such command is requested.
   */
  anyFiles: z.nullable(Sha256),
  /** The project's files that changed since its commands were last granted with them, as far as that is known. */
  changedFiles: z.array(text),
  /** Everything. */
  capabilities: z.array(Permission),
  /** What goes beyond the default permissions: the own folder, own volumes, the network, ports on loopback. */
  beyond: z.array(Permission),
  /** What was not granted yet. */
  asked: z.array(Permission),
  /** What only the person's own layer requests; missing where that is nothing. */
  ofLayer: z.optional(z.array(Permission)),
  /** Whether nothing is asked. */
  granted: z.boolean(),
  /** In a clone that Pristine made even the default permissions need a grant. */
  origin: z.enum(['folder', 'clone']),
  /** Git's `origin`, without a name or password; null where there is none. */
  remote: z.nullable(z.string()),
})
export type PermissionRequest = z.infer<typeof PermissionRequest>

/**
 * What of a request only the person's own layer requests. `merged`: what a version's plan requests, where those of its layer
 * are no longer known apart from the definition's.
 */
export const LayerRequests = z.union([z.array(Permission), z.strictObject({ merged: z.array(Permission) })])
export type LayerRequests = z.infer<typeof LayerRequests>

/**
 * An earlier consent that is not for the current request. `since`: how what is asked differs from what was shown under
 * that fingerprint; null where nothing was on this computer.
 */
export interface OutdatedConsent {
  fingerprint: string
  since: { more: Permission[]; less: Permission[]; remoteChanged: boolean } | null
}

/** The same, as lines of English. */
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

/**
 * A text with every character visible: characters that a terminal or a screen would interpret, hide or reverse become
 * escapes such as `\u{1b}`.
 */
export const exact = (value: string): string =>
  value.replace(
    /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu,
    (found) =>
      ({ ' ': ' ', '\n': '\\n', '\t': '\\t', '\r': '\\r' })[found] ??
      `\\u{${found.codePointAt(0)?.toString(16)}}`,
  )

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

/**
 * The features whose own requests are beyond the default permissions, and which are not asked for themselves: what they
 * ask for stands nowhere in the definition.
 */
export const askingFeatures = ({ capabilities, asked }: PermissionRequest): Permission[] =>
  capabilities.filter(
    (one) => one.kind === 'feature' && one.requests.some(isBeyondDefaults) && !asked.includes(one),
  )

/** A volume is within the default permissions; a folder of this computer is not. */
const isBeyondDefaults = (request: string): boolean =>
  !request.startsWith('mount ') || /\btype=bind\b/.test(request)

/** The same, as lines of English. A feature of a version's merged layer may be of either. */
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
