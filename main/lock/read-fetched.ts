import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import type { FeaturePin } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import type { ReadProject } from '../definition/read-project.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { FeatureFetcher } from './fetch-feature.ts'
import { lockPath, readLock } from './lock-file.ts'
import { pinsOfFeatures, recordFound } from './pinned-features.ts'
import { readLocked } from './read-locked.ts'

export interface FetchOptions {
  /** The definition's file, where the project has several. */
  definition?: string | undefined
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
 * The same as `readLocked`, after the features that this computer does not have were fetched from their registries: what
 * they ask for has to be known before anything is granted. Nothing of them runs. With `update`, the pins of the features
 * that it names are what their references name today. Writes only to the data folder.
 * Errors: those of `readLocked`, but not `features-unread`; those of fetching; `lock-outdated`.
 */
export async function readFetched(
  { env, home }: Pick<Host, 'env' | 'home'>,
  project: Project,
  { definition, frozen = false, update = () => false }: FetchOptions,
  run: Run,
): Promise<ReadProject> {
  const moved = new Map<string, FeaturePin>()
  const fetcher = new FeatureFetcher(home, env)
  const fetchAll = async (wanted: Wanted[]) => {
    for (let begin = 0; begin < wanted.length; begin += AT_ONCE) {
      const fetching = wanted.slice(begin, begin + AT_ONCE).map(async ({ reference, at, pin }) => {
        moved.set(reference, await fetcher.fetch(reference, at, pin, run))
      })
      const failed = (await Promise.allSettled(fetching)).find((one) => one.status === 'rejected')
      if (failed) throw failed.reason
    }
  }
  for (;;) {
    try {
      const read = await readLocked(env, project, definition, moved)
      const again = Object.keys(read.features).filter(
        (reference) => update(reference) && !moved.has(reference),
      )
      await fetchAll(again.map((reference) => ({ reference, at: read.definition.file, pin: undefined })))
      if (again.length > 0) continue
      await recordFound(home, project.key, Object.fromEntries(moved))
      return read
    } catch (error) {
      if (!isProductError(error, 'features-unread')) throw error
      const { file, features } = error.data as ErrorData<'features-unread'>
      // The store lost what was just put into it.
      if (features.every(({ reference }) => moved.has(reference))) throw error
      const pins = await pinsOfFeatures(home, project, file)
      if (frozen) await requirePins(project, file, features, pins)
      await fetchAll(
        features.map(({ reference, at }) => ({
          reference,
          at,
          pin: update(reference) ? undefined : pins(reference),
        })),
      )
    }
  }
}

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
