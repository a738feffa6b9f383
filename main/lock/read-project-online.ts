import { type ErrorData, isProductError, type ProductError, productError } from '../../shared/errors.ts'
import type { FeaturePin } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { ReadProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import { usedLayer } from '../store/layers.ts'
import type { Project } from '../store/open-project.ts'
import { pinsOfFeatures, recordPendingPins } from './feature-pin-lookup.ts'
import { FeatureFetcher } from './fetch-feature.ts'
import { addLayerPins, pinsOfLayer } from './layer-pins.ts'
import { lockPath, readLock } from './lock-file.ts'
import { isShared, type ReadingOptions, readShared, withOwnLayer } from './read-project-offline.ts'

export interface FetchOptions extends ReadingOptions {
  /** Fail with `lock-outdated` instead of asking what a reference names that nothing pins. */
  frozen?: boolean | undefined
  /** References that are pinned to what they name today. */
  update?: (reference: string) => boolean
}

/** A feature that is to be fetched; `at` is its place in the definition. */
interface Wanted {
  reference: string
  at: string
  pin: FeaturePin | undefined
}

/** Each is in memory while it is read. */
const AT_ONCE = 8

/**
 * The same as `readProjectOffline`, after the features that this computer does not have were fetched from their registries: what
 * they ask for has to be known before anything is granted. Nothing of them runs. With `update`, the pins of the features
 * of the definition that it names are what their references name today. Writes only to the data folder. With `frozen` it is
 * without the person's own layer: that is how a build server runs.
 * Errors: those of `readProjectOffline`, but not `features-unread`; those of fetching; `lock-outdated`.
 */
export async function readProjectOnline(
  host: Pick<Host, 'env' | 'home' | 'engine'>,
  project: Project,
  options: FetchOptions,
  run: Run,
): Promise<ReadProject> {
  const fetcher = new FeatureFetcher(host)
  const shared = await readSharedFetched(host, project, options, fetcher, run)
  return isShared(options) ? shared : withLayerFetched(host, project, shared, fetcher, run)
}

async function readSharedFetched(
  { env, home }: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, frozen = false, update = () => false }: FetchOptions,
  fetcher: FeatureFetcher,
  run: Run,
): Promise<ReadProject> {
  const moved = new Map<string, FeaturePin>()
  for (;;) {
    try {
      const read = await readShared(env, project, definition, moved)
      const again = Object.keys(read.features).filter(
        (reference) => update(reference) && !moved.has(reference),
      )
      const at = read.definition.file
      const wanted = again.map((reference) => ({ reference, at, pin: undefined }))
      await fetchAll(fetcher, wanted, moved, run)
      if (again.length > 0) continue
      await recordPendingPins(home, project.key, Object.fromEntries(moved))
      return read
    } catch (error) {
      const { file, features } = unreadFeatures(error, moved)
      const pins = await pinsOfFeatures(home, project, file)
      if (frozen) await requirePins(project, file, features, pins)
      const pinOf = (reference: string) => (update(reference) ? undefined : pins(reference))
      await fetchAll(fetcher, withPins(features, pinOf), moved, run)
    }
  }
}

/** The layer's features are pinned when they are fetched, beside the layer. */
async function withLayerFetched(
  { env, home }: Pick<Host, 'env' | 'home'>,
  project: Project,
  shared: ReadProject,
  fetcher: FeatureFetcher,
  run: Run,
): Promise<ReadProject> {
  const moved = new Map<string, FeaturePin>()
  for (;;) {
    try {
      return await withOwnLayer(env, project, shared, moved)
    } catch (error) {
      const { features } = unreadFeatures(error, moved)
      const owner = (await usedLayer(home, project.key))?.owner
      if (owner === undefined) throw error
      await fetchAll(fetcher, withPins(features, await pinsOfLayer(home, owner)), moved, run).catch(
        (error: unknown) => {
          throw isPinGone(error) ? ofLayer(error) : error
        },
      )
      await addLayerPins(home, owner, Object.fromEntries(moved))
    }
  }
}

/** The same failure, for a pin that is in no lock. */
const ofLayer = ({ data, cause }: ProductError): ProductError =>
  productError('feature-unknown', { ...(data as ErrorData<'feature-unknown'>), layer: true }, { cause })

/** The features that a reading lacks; any other error is thrown, and one of a store that lost what was just put into it. */
function unreadFeatures(
  error: unknown,
  moved: ReadonlyMap<string, FeaturePin>,
): ErrorData<'features-unread'> {
  if (!isProductError(error, 'features-unread')) throw error
  const data = error.data as ErrorData<'features-unread'>
  if (data.features.every(({ reference }) => moved.has(reference))) throw error
  return data
}

const withPins = (
  features: ErrorData<'features-unread'>['features'],
  pinOf: (reference: string) => FeaturePin | undefined,
): Wanted[] => features.map(({ reference, at }) => ({ reference, at, pin: pinOf(reference) }))

async function fetchAll(
  fetcher: FeatureFetcher,
  wanted: Wanted[],
  moved: Map<string, FeaturePin>,
  run: Run,
): Promise<void> {
  for (let begin = 0; begin < wanted.length; begin += AT_ONCE) {
    const fetching = wanted.slice(begin, begin + AT_ONCE).map(async ({ reference, at, pin }) => {
      moved.set(reference, await fetcher.fetch(reference, at, pin, run))
    })
    const settled = await Promise.allSettled(fetching)
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    if (failures.length > 0) throw firstOf(failures)
  }
}

/**
 * The first of several failures. Of a pin that is gone it names the others that are gone, too: their pins have to be moved
 * by one command, because each one needs all of them.
 */
function firstOf([first, ...others]: unknown[]): unknown {
  if (!isPinGone(first)) return first
  const alsoGone = others.filter(isPinGone).map(({ data }) => data['reference'] as string)
  if (alsoGone.length === 0) return first
  const data = { ...(first.data as ErrorData<'feature-unknown'>), alsoGone }
  return productError('feature-unknown', data, { cause: first.cause })
}

const isPinGone = (error: unknown): error is ProductError =>
  isProductError(error, 'feature-unknown') && error.data['pinned'] !== undefined

/** Requires a pin for each of these features. `file` is the definition's. Error: `lock-outdated`. */
async function requirePins(
  project: Project,
  file: string,
  features: { reference: string }[],
  pins: (reference: string) => FeaturePin | undefined,
): Promise<void> {
  const lacking = features.find(({ reference }) => !pins(reference))
  if (!lacking) return
  const lock = lockPath(file)
  const problem = (await readLock(project, lock)) ? 'missing' : 'absent'
  throw productError('lock-outdated', { file: lock, reference: lacking.reference, problem })
}
