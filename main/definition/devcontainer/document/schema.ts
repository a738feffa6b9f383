import * as z from 'zod/mini'
import { HOOKS, Hook, USER_ENV_PROBES } from '../../../../shared/definition.ts'

const text = z.string()
const texts = z.array(text)
const nonEmpty = z.string().check(z.minLength(1, 'must not be empty'))
const env = z.record(text, text)
const port = z.int().check(z.gte(1), z.lte(65535))

const PortAttributes = z.looseObject({
  label: z.optional(text),
  requireLocalPort: z.optional(z.boolean()),
  elevateIfNeeded: z.optional(z.boolean()),
  protocol: z.optional(z.enum(['http', 'https'])),
  onAutoForward: z.optional(
    z.enum(['notify', 'openBrowser', 'openBrowserOnce', 'openPreview', 'silent', 'ignore']),
  ),
})
export type PortAttributes = z.infer<typeof PortAttributes>

/** A command in the forms that hooks have. */
export const hook = z.union(
  [...Hook.def.options],
  'must be a command: a string, a list of strings, or an object of these',
)
const portOrText = z.union([port, text], 'must be a port from 1 to 65535, or a string')

const optionValue = z.union(
  [text, z.boolean(), z.pipe(z.number(), z.transform(String))],
  'must be a string, a number, true or false',
)
/** Features by the keys that name them, each with its options, or with its "version" alone. */
export const WrittenFeatures = z.record(
  text,
  z.union(
    [text, z.boolean(), z.record(text, optionValue)],
    'must be an object of options, each a string, true or false, or the version as a string',
  ),
)
export type WrittenFeatures = z.infer<typeof WrittenFeatures>

/** A mount as written: the text of docker's `--mount`, or the same as an object. */
export const RawMount = z.union([text, z.record(text, z.union([text, z.boolean()]))], {
  error: 'must be a mount: a string such as "source=data,target=/data,type=volume", or an object',
})
export type RawMount = z.infer<typeof RawMount>

/** What devcontainer.json and the image label `devcontainer.metadata` have in common. */
const common = {
  forwardPorts: z.optional(z.array(portOrText)),
  portsAttributes: z.optional(z.record(text, PortAttributes)),
  otherPortsAttributes: z.optional(PortAttributes),
  containerEnv: z.optional(env),
  remoteEnv: z.optional(z.record(text, z.nullable(text))),
  containerUser: z.optional(nonEmpty),
  remoteUser: z.optional(nonEmpty),
  userEnvProbe: z.optional(z.enum(USER_ENV_PROBES)),
  mounts: z.optional(z.array(RawMount)),
  init: z.optional(z.boolean()),
  privileged: z.optional(z.boolean()),
  capAdd: z.optional(texts),
  securityOpt: z.optional(texts),
  overrideCommand: z.optional(z.boolean()),
  onCreateCommand: z.optional(hook),
  updateContentCommand: z.optional(hook),
  postCreateCommand: z.optional(hook),
  postStartCommand: z.optional(hook),
  postAttachCommand: z.optional(hook),
}

/** One entry of the image label `devcontainer.metadata`. */
export const MetadataEntry = z.looseObject({ ...common, entrypoint: z.nullish(text) })
export type MetadataEntry = z.infer<typeof MetadataEntry>

const Build = z.looseObject({
  dockerfile: z.optional(nonEmpty),
  context: z.optional(nonEmpty),
  args: z.optional(env),
  target: z.optional(nonEmpty),
  cacheFrom: z.optional(z.union([text, texts], 'must be a string or a list of strings')),
  options: z.optional(texts),
})

const AMOUNT = 'must be an amount of bytes such as "8gb" or "512mb"'
const amount = z.string().check(z.regex(/^\d{1,12}(?:[tgmk]b)?$/i, AMOUNT))

export const HostRequirements = z.looseObject({
  cpus: z.optional(z.int().check(z.gte(1))),
  memory: z.optional(amount),
  storage: z.optional(amount),
  gpu: z.optional(
    z.union(
      [
        z.boolean(),
        z.literal('optional'),
        z.looseObject({ cores: z.optional(z.int().check(z.gte(1))), memory: z.optional(amount) }),
      ],
      'must be true, false, "optional", or an object of "cores" and "memory"',
    ),
  ),
})
export type WrittenHostRequirements = z.infer<typeof HostRequirements>

const Secret = z.looseObject({ description: z.optional(text), documentationUrl: z.optional(text) })

/** devcontainer.json as written, in the subset that Pristine understands. */
export const DevcontainerJson = z.looseObject({
  ...common,
  name: z.optional(text),
  image: z.optional(nonEmpty),
  build: z.optional(Build),
  dockerFile: z.optional(nonEmpty),
  context: z.optional(nonEmpty),
  dockerComposeFile: z.optional(z.union([nonEmpty, z.array(nonEmpty)], 'must be a path, or a list of paths')),
  service: z.optional(nonEmpty),
  runServices: z.optional(z.array(nonEmpty)),
  workspaceFolder: z.optional(nonEmpty),
  workspaceMount: z.optional(text),
  appPort: z.optional(
    z.union([port, text, z.array(portOrText)], 'must be a port, a string, or a list of these'),
  ),
  runArgs: z.optional(texts),
  features: z.optional(WrittenFeatures),
  overrideFeatureInstallOrder: z.optional(texts),
  initializeCommand: z.optional(hook),
  secrets: z.optional(z.record(text, Secret)),
  waitFor: z.optional(z.enum(['initializeCommand', ...HOOKS])),
  updateRemoteUserUID: z.optional(z.boolean()),
  hostRequirements: z.optional(HostRequirements),
  shutdownAction: z.optional(z.enum(['none', 'stopContainer', 'stopCompose'])),
  customizations: z.optional(z.looseObject({ pristine: z.optional(z.unknown()) })),
})
export type DevcontainerJson = z.infer<typeof DevcontainerJson>
