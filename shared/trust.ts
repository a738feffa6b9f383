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
