import { z } from 'zod'
import { HOOKS, Hook, USER_ENV_PROBES } from '../../shared/definition.ts'

const text = z.string()
const texts = z.array(text)
const nonEmpty = z.string().min(1, 'must not be empty')
const env = z.record(text, text)
const port = z.number().int().min(1).max(65535)

const PortAttributes = z.looseObject({ label: text.optional(), requireLocalPort: z.boolean().optional() })
export type PortAttributes = z.infer<typeof PortAttributes>

const hook = z.union(
  [...Hook.options],
  'must be a command: a string, a list of strings, or an object of these',
)
const portOrText = z.union([port, text], 'must be a port from 1 to 65535, or a string')

/** A mount as written: the text of docker's `--mount`, or the same as an object. */
export const RawMount = z.union([text, z.record(text, z.union([text, z.boolean()]))], {
  error: 'must be a mount: a string such as "source=data,target=/data,type=volume", or an object',
})
export type RawMount = z.infer<typeof RawMount>

/** What devcontainer.json and the image label `devcontainer.metadata` have in common. */
const common = {
  forwardPorts: z.array(portOrText).optional(),
  portsAttributes: z.record(text, PortAttributes).optional(),
  otherPortsAttributes: PortAttributes.optional(),
  containerEnv: env.optional(),
  remoteEnv: z.record(text, text.nullable()).optional(),
  containerUser: nonEmpty.optional(),
  remoteUser: nonEmpty.optional(),
  userEnvProbe: z.enum(USER_ENV_PROBES).optional(),
  mounts: z.array(RawMount).optional(),
  init: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capAdd: texts.optional(),
  securityOpt: texts.optional(),
  overrideCommand: z.boolean().optional(),
  onCreateCommand: hook.optional(),
  updateContentCommand: hook.optional(),
  postCreateCommand: hook.optional(),
  postStartCommand: hook.optional(),
  postAttachCommand: hook.optional(),
}

/** One entry of the image label `devcontainer.metadata`. */
export const MetadataEntry = z.looseObject({ ...common, entrypoint: text.nullish() })
export type MetadataEntry = z.infer<typeof MetadataEntry>

const Build = z.looseObject({
  dockerfile: nonEmpty.optional(),
  context: nonEmpty.optional(),
  args: env.optional(),
  target: nonEmpty.optional(),
  cacheFrom: z.union([text, texts], 'must be a string or a list of strings').optional(),
  options: texts.optional(),
})

const Secret = z.looseObject({ description: text.optional(), documentationUrl: text.optional() })

/** devcontainer.json as written, in the subset that Pristine understands. */
export const DevcontainerJson = z.looseObject({
  ...common,
  name: text.optional(),
  image: nonEmpty.optional(),
  build: Build.optional(),
  dockerFile: nonEmpty.optional(),
  context: nonEmpty.optional(),
  workspaceFolder: nonEmpty.optional(),
  workspaceMount: text.optional(),
  appPort: z
    .union([port, text, z.array(portOrText)], 'must be a port, a string, or a list of these')
    .optional(),
  runArgs: texts.optional(),
  initializeCommand: hook.optional(),
  secrets: z.record(text, Secret).optional(),
  waitFor: z.enum(['initializeCommand', ...HOOKS]).optional(),
  updateRemoteUserUID: z.boolean().optional(),
  hostRequirements: z.looseObject({}).optional(),
  shutdownAction: z.enum(['none', 'stopContainer', 'stopCompose']).optional(),
  customizations: z.looseObject({ pristine: z.unknown().optional() }).optional(),
})
export type DevcontainerJson = z.infer<typeof DevcontainerJson>
