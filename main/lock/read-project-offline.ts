import { hash } from 'node:crypto'
import path from 'node:path'
import { pinnedByHand } from '../../shared/image-reference.ts'
import type { FeaturePin, Lock } from '../../shared/lock.ts'
import type { FindFeature } from '../definition/features/feature-content.ts'
import { isEmptyLayer, parseLayer } from '../definition/layer/layer-document.ts'
import { withLayer } from '../definition/layer/with-layer.ts'
import { type ReadProject, readProject } from '../definition/read-project.ts'
import { type Home, openHome } from '../store/home.ts'
import { usedLayer } from '../store/layers.ts'
import type { Project } from '../store/open-project.ts'
import { pinsOfFeatures } from './feature-pin-lookup.ts'
import { storedFeature } from './feature-store.ts'
import { readLayerLabels } from './layer-labels.ts'
import { pinsOfLayer } from './layer-pins.ts'
import { lockPath, readLock } from './lock-file.ts'

export interface ReadingOptions {
  /** The definition's file, where the project has several. */
  definition?: string | undefined
  /** Without the person's own layer: what the repository defines, which is the same on every computer. */
  shared?: boolean | undefined
  /** With nothing but their names of features that this computer does not have, instead of failing with `features-unread`. */
  unfetched?: boolean | undefined
}

/** Whether a pin stands for a feature that this computer does not have. */
export const isUnfetched = ({ resolved }: FeaturePin): boolean => resolved === ''

/** Whether only what the repository defines is wanted: with a `frozen` lock, too, unless the layer is asked for. */
export const isShared = ({ shared, frozen }: ReadingOptions & { frozen?: boolean | undefined }): boolean =>
  shared ?? frozen ?? false

/**
 * Reads a project's definition as `readShared` does, and, unless only that is wanted, with the person's layer on it, with
 * the features of the layer as the data folder has them. Contacts nothing.
 * Errors: those of `readShared`; `layer-invalid`, `layer-conflict`.
 */
export async function readProjectOffline(
  env: Record<string, string | undefined>,
  project: Project,
  { definition, shared = false, unfetched = false }: ReadingOptions,
): Promise<ReadProject> {
  const read = await readShared(env, project, definition, new Map(), unfetched)
  return shared ? read : withOwnLayer(env, project, read, new Map(), unfetched)
}

/**
 * What the repository defines: a project's definition and its Dockerfile, with what their base images bring to the build
 * (ONBUILD) and to the hooks (their metadata label), as the lock has it, and with the features that it pins, as the data
 * folder has them. Contacts nothing. `moved` are pins that count before all others, by reference.
 * Errors: those of `readProject` and of the locks; `features-unread`.
 */
export async function readShared(
  env: Record<string, string | undefined>,
  project: Project,
  choice: string | undefined,
  moved: ReadonlyMap<string, FeaturePin> = new Map(),
  unfetched = false,
): Promise<ReadProject> {
  const home = openHome(env)
  const findFeature = finder(home, moved, unfetched, (file) => pinsOfFeatures(home, project, file))
  const read = await readProject(env, project, choice, { findFeature })
  const images: Lock['images'] = (await readLock(project, lockPath(read.definition.file)))?.images ?? {}
  if (Object.values(images).every(({ onbuild, metadata }) => !onbuild && !metadata)) return read
  return readProject(env, project, choice, {
    facts: (reference) => (Object.hasOwn(images, reference) ? images[reference] : undefined),
    findFeature,
  })
}

/**
 * A definition with the layer on it that the person has for this project, or as it was. `moved`: as of `readShared`.
 * Errors: `layer-invalid`, `layer-conflict`, `features-unread`, those of `readLock`.
 */
export async function withOwnLayer(
  env: Record<string, string | undefined>,
  project: Project,
  shared: ReadProject,
  moved: ReadonlyMap<string, FeaturePin> = new Map(),
  unfetched = false,
): Promise<ReadProject> {
  const home = openHome(env)
  const used = await usedLayer(home, project.key)
  if (!used) return shared
  const layer = parseLayer(used.file, used.text, true)
  if (isEmptyLayer(layer)) return shared
  const find = finder(home, moved, unfetched, () => pinsOfLayer(home, used.owner))
  const labels = await readLayerLabels(home, project.key)
  const images = (await readLock(project, lockPath(shared.definition.file)))?.images ?? {}
  const labelOf = (reference: string) => labels[images[reference]?.resolved ?? pinnedByHand(reference) ?? '']
  return withLayer(shared, layer, { project, env, find, labelOf })
}

type FindPin = (reference: string) => FeaturePin | undefined

/** Finds each feature once, in the store. `read` is called for the first one. */
function finder(
  home: Home,
  moved: ReadonlyMap<string, FeaturePin>,
  unfetched: boolean,
  read: (file: string) => Promise<FindPin>,
): FindFeature {
  let pins: Promise<FindPin> | undefined
  const found = new Map<string, ReturnType<FindFeature>>()
  const find: FindFeature = async (file, { id }) => {
    pins ??= read(file)
    const pin = moved.get(id) ?? (await pins)(id)
    const stored = pin && (await storedFeature(home, pin))
    if (pin && stored) return { pin, ...stored }
    if (!unfetched) return undefined
    // Each has its own, so that none is taken for the same as another.
    const unknown = { resolved: '', integrity: `sha256:${hash('sha256', id)}` }
    return { pin: unknown, files: [], metadata: JSON.stringify({ id: path.posix.basename(id) }) }
  }
  return (file, reference) => {
    const known = found.get(reference.id)
    if (known) return known
    const finding = find(file, reference)
    found.set(reference.id, finding)
    return finding
  }
}
