import * as z from 'zod/mini'
import { Hook } from '../../../shared/definition.ts'
import { RawMount, WrittenFeatures } from '../devcontainer/document/schema.ts'

const text = z.string()
const texts = z.array(text)
const hook = z.union(
  [...Hook.def.options],
  'must be a command: a string, a list of strings, or an object of these',
)
const value = z.union([text, z.boolean()], 'must be a string, true or false')

const Option = z.looseObject({
  type: z.optional(z.enum(['string', 'boolean'])),
  default: z.optional(value),
  enum: z.optional(texts),
  proposals: z.optional(texts),
  description: z.optional(text),
})
export const FeatureOptions = z.record(text, Option)
export type FeatureOptions = z.infer<typeof FeatureOptions>

/**
 * A devcontainer-feature.json, as the schema of the Dev Containers specification has it
 * (https://containers.dev/implementors/features/#devcontainer-feature-json-properties).
 */
export const FeatureMetadata = z.looseObject({
  id: text.check(z.minLength(1)),
  version: z.optional(text),
  name: z.optional(text),
  documentationURL: z.optional(text),
  options: z.optional(FeatureOptions),
  containerEnv: z.optional(z.record(text, text)),
  mounts: z.optional(z.array(RawMount)),
  init: z.optional(z.boolean()),
  privileged: z.optional(z.boolean()),
  capAdd: z.optional(texts),
  securityOpt: z.optional(texts),
  entrypoint: z.optional(text),
  customizations: z.optional(z.looseObject({})),
  onCreateCommand: z.optional(hook),
  updateContentCommand: z.optional(hook),
  postCreateCommand: z.optional(hook),
  postStartCommand: z.optional(hook),
  postAttachCommand: z.optional(hook),
  dependsOn: z.optional(WrittenFeatures),
  installsAfter: z.optional(texts),
  legacyIds: z.optional(texts),
  deprecated: z.optional(z.boolean()),
})
export type FeatureMetadata = z.infer<typeof FeatureMetadata>
