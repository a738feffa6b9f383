import * as z from 'zod/mini'
import { HOOKS, type Hooks, type Mount } from '../../../shared/definition.ts'
import { type ErrorData, isProductError, productError } from '../../../shared/errors.ts'
import { MAX_LAYER } from '../../../shared/layer.ts'
import { type Document, parseJsonc } from '../devcontainer/document/jsonc.ts'
import { DevcontainerJson, type WrittenFeatures } from '../devcontainer/document/schema.ts'
import { invalid } from '../devcontainer/document/source-position.ts'
import { validate } from '../devcontainer/document/validate.ts'
import { parseMount } from '../devcontainer/run/parse-mounts.ts'
import { hooksOf, requireValidVariables } from '../devcontainer/run/run-config.ts'
import { parseFeatureReference } from '../features/feature-reference.ts'

const { features, mounts, containerEnv, remoteEnv, ...shape } = DevcontainerJson.shape
const { onCreateCommand, updateContentCommand, postCreateCommand, postStartCommand, postAttachCommand } =
  shape

/** A layer as written: members of devcontainer.json, and nothing else. */
const LayerJson = z.strictObject({
  ...{ features, mounts, containerEnv, remoteEnv },
  ...{ onCreateCommand, updateContentCommand, postCreateCommand, postStartCommand, postAttachCommand },
})

const KEYS = Object.keys(LayerJson.shape)

/** What a person adds to environments of their own, in no repository. Templates stay. */
export interface Layer {
  document: Document
  features: WrittenFeatures
  mounts: Mount[]
  containerEnv: Record<string, string>
  remoteEnv: Record<string, string | null>
  hooks: Hooks
}

/** Whether a layer has nothing in it: with it everything is as without one. */
export const isEmptyLayer = ({ features, mounts, containerEnv, remoteEnv, hooks }: Layer): boolean =>
  mounts.length === 0 &&
  [features, containerEnv, remoteEnv, hooks].every((members) => Object.keys(members).length === 0)

/**
 * Reads a layer. `file` is where its text is; `stored` whether that is the layer that counts.
 * Errors: `layer-invalid`, with line and column.
 */
export function parseLayer(file: string, text: string, stored: boolean): Layer {
  try {
    return read(file, text)
  } catch (error) {
    throw asLayerError(error, file, stored)
  }
}

function read(file: string, text: string): Layer {
  const whole = { file, at: () => ({}) }
  if (text.length > MAX_LAYER) throw invalid(whole, [], `it is longer than ${MAX_LAYER / 1024} KiB`)
  const document = parseJsonc(file, text)
  const { value } = document
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(document, [], 'expected an object')
  const { $schema: _, ...written } = value as Record<string, unknown>
  const other = Object.keys(written).find((key) => !KEYS.includes(key))
  if (other !== undefined) {
    const takes = `"features", "mounts", "containerEnv", "remoteEnv" and the hooks ${HOOKS.join(', ')}`
    throw invalid(document, [other], `"${other}" cannot be in a layer, which takes ${takes}`)
  }
  const json = validate(LayerJson, written, document)
  requireValidVariables(json, document)
  for (const [name, options] of Object.entries(json.features ?? {})) {
    if (options === false)
      throw invalid(document, ['features', name], `"${name}" is false; leave out what is not wanted`)
    const { kind } = parseFeatureReference(name, '.', document, ['features', name])
    if (kind !== 'folder') continue
    const problem = `"${name}" is a folder, and a layer belongs to no repository; name a feature of a registry or an https address`
    throw invalid(document, ['features', name], problem)
  }
  return {
    document,
    features: json.features ?? {},
    mounts: (json.mounts ?? []).map((mount, i) => parseMount(mount, document, ['mounts', i])),
    containerEnv: json.containerEnv ?? {},
    remoteEnv: json.remoteEnv ?? {},
    hooks: hooksOf(json),
  }
}

/** What is wrong at a place in a layer, as an error of the layer; any other error stays as it is. */
export function asLayerError(error: unknown, file: string, stored: boolean): unknown {
  if (!isProductError(error, 'definition-invalid') && !isProductError(error, 'definition-unsupported'))
    return error
  if (error.data['file'] !== file) return error
  const { line, column } = error.data as ErrorData<'definition-invalid'>
  const place = { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
  return productError('layer-invalid', { ...place, problem: error.why, stored }, { cause: error })
}
