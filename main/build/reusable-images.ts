import type { VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectImage } from '../docker/images.ts'
import type { History } from '../history/fold-ledger.ts'
import { imageBuildKey } from '../plan/image-build-key.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'

/** An image that is on the engine, and the version for which it was made. */
export interface ReusableImage {
  image: string
  version: VersionId
  ordinal: number
}

/**
 * Finds the image of a part of a plan (`imageBuildKey`) among those that the versions of a project have: that of the version
 * itself, which is made again, else the newest. By the engine's ids that the history has: anybody can assign a name.
 */
export async function reusableImages(
  { home, engine }: { home: Home; engine: Engine },
  { versions }: Pick<History, 'versions'>,
  version: VersionId,
): Promise<(part: string) => Promise<ReusableImage | undefined>> {
  const found = new Map<string, ReusableImage[]>()
  const itself = versions.filter(({ id }) => id === version)
  for (const { id, ordinal, image, services } of [...itself, ...versions.toReversed()]) {
    const plan = services && (await loadPlan(home, id))
    for (const [at, service] of (plan?.services ?? []).entries()) {
      const of = at === 0 ? image : services?.[service.name]
      if (!plan || of === undefined) continue
      const part = imageBuildKey(plan, service)
      found.set(part, [...(found.get(part) ?? []), { image: of, version: id, ordinal }])
    }
  }
  return async (part) => {
    for (const one of found.get(part) ?? []) if (await inspectImage(engine, one.image)) return one
    return undefined
  }
}
