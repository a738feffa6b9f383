import path from 'node:path'
import type { Feature, Service, Warning } from '../../../shared/definition.ts'
import { type ErrorData, isProductError, productError } from '../../../shared/errors.ts'
import { parseImageReference } from '../../../shared/image-reference.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { localVariables } from '../devcontainer/document/local-variables.ts'
import { resolvePart, resolveRun } from '../devcontainer/resolve-run.ts'
import { mergeMounts } from '../devcontainer/run/parse-mounts.ts'
import type { FindFeature, NamedContent } from '../features/feature-content.ts'
import { type ReadFeatures, readFeatures } from '../features/read-features.ts'
import { mergeMetadata, type ReadProject, type ReadService } from '../read-project.ts'
import { asLayerError, type Layer } from './layer-document.ts'

/** What reading a layer needs of this computer. `find` finds the features that it names. */
interface LayerPlace {
  project: ProjectPaths
  env: Readonly<Record<string, string | undefined>>
  find: FindFeature
}

/**
 * A definition with a person's layer on it: the layer's variables win, its mounts are added, its hooks run last and its
 * features are installed last. A feature that the definition has too is the definition's. Contacts nothing.
 * Errors: `layer-invalid`, `layer-conflict`; `features-unread` for features that `find` does not have.
 */
export async function withLayer(shared: ReadProject, layer: Layer, place: LayerPlace): Promise<ReadProject> {
  const content: Record<string, NamedContent> = {}
  const { features, warnings } = await featuresOf(layer, place, content)
  const left = new Set<string>()
  const services = shared.services.map((read) => {
    requireFreeTargets(read, layer, shared.definition.file, place)
    return layeredService(read, layer, features, left)
  })
  const remarks = [...left].map(
    (id): Warning => ({
      code: 'layer-feature',
      message: `The feature ${id} of your layer is left out: the definition has it, too.`,
    }),
  )
  const definition = {
    ...shared.definition,
    services: services.map(({ service }) => service),
    warnings: [...shared.definition.warnings, ...warnings, ...remarks],
  }
  return { definition, services, features: { ...content, ...shared.features }, shared }
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

function layeredService(read: ReadService, layer: Layer, ofLayer: Feature[], left: Set<string>): ReadService {
  const { service, metadata, reading } = read
  const own = service.features ?? []
  const names = new Set(own.map(nameOf))
  const added = ofLayer.filter((feature) => !names.has(nameOf(feature)))
  for (const feature of ofLayer) if (names.has(nameOf(feature))) left.add(feature.id)
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
  const named = reading.metadata.base ?? `the image of ${service.name}`
  return { ...read, service: layered, merged: mergeMetadata(layered.run, metadata, features, named) }
}

/** Whatever its version: two of them in one image would each overwrite the other's files. */
const nameOf = ({ id }: Feature): string => parseImageReference(id)?.repository ?? id

/** Refuses a mount of the layer where the project has one. Error: `layer-conflict`. */
function requireFreeTargets(
  { merged }: ReadService,
  { mounts, document }: Layer,
  file: string,
  { project, env }: LayerPlace,
): void {
  const variables = localVariables(project, file, env)
  const run = resolveRun(merged.run, variables)
  const taken = new Set(
    [run.workspaceMount, ...run.mounts].flatMap((mount) => (mount ? [normal(mount.target)] : [])),
  )
  for (const [at, mount] of mounts.entries()) {
    const { target } = resolvePart(mount, merged.run, variables)
    if (!taken.has(normal(target))) continue
    const position = document.at(['mounts', at])
    throw productError('layer-conflict', { file: document.file, ...position, target, definition: file })
  }
}

const normal = (target: string): string => path.posix.join(target, '/')
