import path from 'node:path'
import { canonical } from '../../../shared/canonical.ts'
import type { Feature, Service, Warning } from '../../../shared/definition.ts'
import { type ErrorData, isProductError, productError } from '../../../shared/errors.ts'
import { parseImageReference } from '../../../shared/image-reference.ts'
import type { ImageMetadata } from '../../../shared/lock.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { localVariables } from '../devcontainer/document/local-variables.ts'
import { variablesIn } from '../devcontainer/document/substitute.ts'
import { resolvePart, resolveRun } from '../devcontainer/resolve-run.ts'
import { mergeMounts } from '../devcontainer/run/parse-mounts.ts'
import type { FindFeature, NamedContent } from '../features/feature-content.ts'
import { parseFeatureReference } from '../features/feature-reference.ts'
import { type ReadFeatures, readFeatures } from '../features/read-features.ts'
import { decidingMetadata, type ReadProject, type ReadService, withLabel } from '../read-project.ts'
import { asLayerError, type Layer } from './layer-document.ts'

/**
 * What reading a layer needs of this computer. `find` finds the features that it names; `labelOf` what a base image's label
 * gives to the layer's hooks, where that is known and the repository's lock does not need it.
 */
interface LayerPlace {
  project: ProjectPaths
  env: Readonly<Record<string, string | undefined>>
  find: FindFeature
  labelOf: (reference: string) => ImageMetadata | undefined
}

/**
 * A definition with a person's layer on it: the layer's variables win, its mounts are added, its hooks run last and its
 * features are installed last. A feature that the definition has too is the definition's. Contacts nothing.
 * Errors: `layer-invalid`, `layer-conflict`; `features-unread` for features that `find` does not have.
 */
export async function withLayer(shared: ReadProject, layer: Layer, place: LayerPlace): Promise<ReadProject> {
  const content: Record<string, NamedContent> = {}
  const { features, warnings } = await featuresOf(layer, place, content)
  const written = new Set(
    Object.keys(layer.features).map(
      (name) => parseFeatureReference(name, '.', layer.document, ['features', name]).id,
    ),
  )
  const left = new Map<string, string>()
  const services = shared.services.map((read, at) => {
    // A person works in the first.
    if (at > 0) return read
    requireFreeTargets(read, layer, shared.definition.file, place)
    requireSameUser(read, features, layer, shared.definition.file)
    for (const { feature, theirs } of metAgain(read, features))
      left.set(feature.id, leftOut(feature, theirs, written.has(feature.id)))
    return layeredService(read, layer, features, place)
  })
  const remarks = [...left.values()].map((message): Warning => ({ code: 'layer-feature', message }))
  const definition = {
    ...shared.definition,
    services: services.map(({ service }) => service),
    warnings: [...shared.definition.warnings, ...warnings, ...remarks],
  }
  return { ...shared, definition, services, features: { ...content, ...shared.features }, shared }
}

async function featuresOf(
  { document, features }: Layer,
  { project, find }: LayerPlace,
  content: Record<string, NamedContent>,
): Promise<ReadFeatures> {
  try {
    return await readFeatures({ features }, document, project, async (file, reference) => {
      const found = await find(file, reference)
      if (found) content[reference.id] = { ...found, written: reference.written }
      return found
    })
  } catch (error) {
    if (!isProductError(error, 'features-unread')) throw asLayerError(error, document.file, true)
    throw productError('features-unread', {
      ...(error.data as ErrorData<'features-unread'>),
      layer: true,
    })
  }
}

/** The features of a layer that a service has anyway, with its own. */
const metAgain = ({ service }: ReadService, ofLayer: Feature[]): { feature: Feature; theirs: Feature }[] =>
  ofLayer.flatMap((feature) => {
    const theirs = service.features?.find((one) => nameOf(one) === nameOf(feature))
    return theirs ? [{ feature, theirs }] : []
  })

/** What is left out is the definition's, with its version and options. `isWritten`: whether the layer itself names it. */
function leftOut({ id, options }: Feature, theirs: Feature, isWritten: boolean): string {
  const which = isWritten ? `The feature ${id} of your layer` : `${id}, which a feature of your layer needs,`
  const differs = canonical(options) !== canonical(theirs.options)
  return `${which} is left out: the definition has it, too${differs ? ', with other options, which count' : ''}.`
}

/**
 * Refuses features of a layer where the user is one that only this computer can name: each feature is given it while it is
 * installed. Error: `layer-invalid`.
 */
function requireSameUser(
  { service: { run, features = [] } }: ReadService,
  ofLayer: Feature[],
  { document }: Layer,
  definition: string,
): void {
  // With features of its own, the definition was checked.
  if (ofLayer.length === 0 || features.length > 0) return
  const [variable] = [run.remoteUser, run.containerUser].flatMap((user) => variablesIn(user ?? ''))
  if (variable === undefined) return
  const problem = `its features are installed for a user that is the same on every computer, and ${definition} names one with \${${variable}}`
  const place = { file: document.file, ...document.at(['features']) }
  throw productError('layer-invalid', { ...place, problem, stored: true })
}

function layeredService(
  read: ReadService,
  layer: Layer,
  ofLayer: Feature[],
  { labelOf }: LayerPlace,
): ReadService {
  const { service, label, metadata, reading } = read
  const own = service.features ?? []
  const names = new Set(own.map(nameOf))
  const added = ofLayer.filter((feature) => !names.has(nameOf(feature)))
  const features = [...own, ...added]
  const { run } = service
  const layered: Service = {
    ...service,
    run: {
      ...run,
      containerEnv: Object.fromEntries(
        [run.containerEnv, layer.containerEnv].flatMap(Object.entries<string>),
      ),
      remoteEnv: Object.fromEntries([run.remoteEnv, layer.remoteEnv].flatMap(Object.entries<string | null>)),
      mounts: mergeMounts([...run.mounts, ...layer.mounts]),
      ...(Object.keys(layer.hooks).length > 0 && { layerHooks: layer.hooks }),
    },
    ...(features.length > 0 && { features }),
  }
  const { base } = reading.metadata
  const named = base ?? `the image of ${service.name}`
  const found = metadata === undefined && base !== undefined && JSON.stringify(labelOf(base))
  // What the repository's own hooks need, too, must come to be known to its lock.
  const known = found && decidingMetadata(service, found, named) === undefined ? found : label
  return { ...read, service: layered, ...withLabel(layered, known, named) }
}

/** Whatever its version: two of them in one image would each overwrite the other's files. */
const nameOf = ({ id }: Feature): string => parseImageReference(id)?.repository ?? id

/** Refuses a mount of the layer where the project has one. Error: `layer-conflict`. */
function requireFreeTargets(
  { merged, compose }: ReadService,
  { mounts, document }: Layer,
  file: string,
  { project, env }: LayerPlace,
): void {
  const variables = localVariables(project, file, env)
  const run = resolveRun(merged.run, variables)
  const taken = new Set(
    [run.workspaceMount, ...run.mounts, ...(compose?.service.mounts ?? [])].flatMap((mount) =>
      mount ? [normal(mount.target)] : [],
    ),
  )
  for (const [at, mount] of mounts.entries()) {
    const { target } = resolvePart(mount, merged.run, variables)
    if (!taken.has(normal(target))) continue
    const position = document.at(['mounts', at])
    throw productError('layer-conflict', { file: document.file, ...position, target, definition: file })
  }
}

const normal = (target: string): string => path.posix.join(target, '/')
