import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { PlanService } from '../../shared/plan.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import type { ImageTriggers } from '../lock/triggers.ts'

/** A service's plan, and the images that its stages begin with, by their references. */
export interface Bases {
  plan: Pick<PlanService, 'images' | 'onbuild'>
  reading: { bases: string[] }
}

/** What an image leaves to the builds that begin with it. The engine's types do not know the field. */
const triggersOf = (image: ImageDetails): string[] =>
  (image.Config as { OnBuild?: string[] | null }).OnBuild ?? []

/** Of the base images that are on the engine those of which a plan says something else than they do themselves. */
export async function unlikePlan(engine: Engine, services: Bases[], run: Run): Promise<ImageTriggers> {
  const found: ImageTriggers = {}
  for (const { reference, resolved, image, planned } of await inspectBases(engine, services, run)) {
    // An image that is used as it is leaves nothing to a build, whatever it would.
    if (!image || planned === null) continue
    const onbuild = triggersOf(image)
    if (JSON.stringify(onbuild) !== JSON.stringify(planned ?? [])) found[reference] = { resolved, onbuild }
  }
  return found
}

/**
 * The base images of a build that leave instructions to it. A plan that does not hold exactly these is refused: it would
 * run what nobody read, and whatever they copy would be no input. `file` is the lock's.
 * Errors: `triggers-unread`.
 */
export async function basesWithTriggers(
  engine: Engine,
  service: Bases,
  file: string,
  run: Run,
): Promise<Map<string, ImageDetails>> {
  const images = await unlikePlan(engine, [service], run)
  if (Object.keys(images).length > 0) throw productError('triggers-unread', { file, images })
  const bases = await inspectBases(engine, [service], run)
  return new Map(
    bases.flatMap(({ reference, image }) =>
      image && triggersOf(image).length > 0 ? [[reference, image] as const] : [],
    ),
  )
}

async function inspectBases(engine: Engine, services: Bases[], run: Run) {
  const bases = services.flatMap(({ plan, reading }) =>
    reading.bases.map((reference) => ({
      reference,
      resolved: plan.images[reference] ?? '',
      planned: plan.onbuild?.[reference],
    })),
  )
  return Promise.all(
    bases.map(async (base) => ({ ...base, image: await inspectImage(engine, base.resolved, run) })),
  )
}
