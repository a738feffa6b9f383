import { canonical } from '../../shared/canonical.ts'
import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { PlanService } from '../../shared/plan.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'
import { knownOnbuild } from '../definition/dockerfile/known-onbuild.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import { decidingMetadata } from '../definition/read-project.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import type { FoundFacts } from '../lock/image-facts.ts'

/** A service's plan, and the images that its stages begin with, by their references. */
export interface BaseImages {
  /** Whether it is the one that a person works in: what a label says is for that one. */
  isFirst: boolean
  plan: Pick<PlanService, 'images' | 'onbuild' | 'metadata' | 'run' | 'features'>
  reading: Pick<DockerfileReading, 'bases' | 'metadata'>
}

/** What an image adds to the builds that are based on it. The engine's types do not know the field. */
const triggersOf = (image: ImageDetails): string[] =>
  (image.Config as { OnBuild?: string[] | null }).OnBuild ?? []

/** Returns the triggers of those base images on the engine whose triggers differ from the plan. */
export async function unplannedFacts(
  engine: Engine,
  services: BaseImages[],
  run: Run,
  isUnrecorded = false,
): Promise<FoundFacts> {
  const found: FoundFacts = {}
  for (const { reference, resolved, image, planned, isLabelled, plan } of await inspectBases(
    engine,
    services,
    run,
  )) {
    if (!image) continue
    const onbuild = triggersOf(image)
    // An image that is used as it is leaves nothing to a build, whatever it would.
    const isBuiltOtherwise = planned !== null && !isEqual(onbuild, planned ?? [])
    const metadata = isLabelled
      ? decidingMetadata(plan, image.Config.Labels?.[METADATA_LABEL], reference)
      : undefined
    const bringsOthers = !isUnrecorded && isLabelled && !isEqual(metadata, plan.metadata)
    if (isBuiltOtherwise || bringsOthers) found[reference] = { resolved, onbuild, metadata }
  }
  return found
}

const isEqual = (one: unknown, other: unknown): boolean =>
  canonical([one ?? null]) === canonical([other ?? null])

/**
 * The base images of a build that leave instructions to it. A plan that does not list exactly these facts is refused:
 * the build would run instructions that nobody reviewed, and what they copy or name would not be an input. `file` is
 * the lock's; `isUnrecorded` is a plan that does not record what the label brings.
 * Errors: `triggers-unread`.
 */
export async function basesWithTriggers(
  engine: Engine,
  service: BaseImages,
  file: string,
  isUnrecorded: boolean,
  run: Run,
): Promise<Map<string, ImageDetails>> {
  const images = await unplannedFacts(engine, [service], run, isUnrecorded)
  if (Object.keys(images).length > 0) throw productError('triggers-unread', { file, images })
  const bases = await inspectBases(engine, [service], run)
  return new Map(
    bases.flatMap(({ reference, image }) =>
      image && triggersOf(image).length > 0 ? [[reference, image] as const] : [],
    ),
  )
}

async function inspectBases(engine: Engine, services: BaseImages[], run: Run) {
  const bases = services.flatMap(({ isFirst, plan, reading }) =>
    reading.bases.map((reference) => ({
      reference,
      resolved: plan.images[reference] ?? '',
      planned: knownOnbuild(plan.onbuild, reference),
      plan,
      /** Whether the label of what is built is this image's. */
      isLabelled: isFirst && reading.metadata.base === reference,
    })),
  )
  return Promise.all(
    bases.map(async (base) => ({ ...base, image: await inspectImage(engine, base.resolved, run) })),
  )
}
