import { productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { inspectImage } from '../docker/images.ts'
import { imageBuildKey, plainImage } from '../plan/image-build-key.ts'
import type { Project } from '../store/open-project.ts'
import { type Builder, buildService, pullBases } from './build-service.ts'
import { limitConcurrency } from './limit-concurrency.ts'
import { relabelImage } from './relabel-image.ts'
import type { ReusableImage } from './reusable-images.ts'
import type { ServiceBuild, VersionBuild } from './version-build.ts'

/** So many services are built at once: on two processors a quarter faster than one after the other, and no slower than four. */
const AT_ONCE = 2

/** The engine's ids of the images of a version: that of its first service, and those of further ones by their names. */
export interface BuiltImages {
  image: string
  further: Map<string, string>
}

/**
 * Makes the images of a version: builds them, and bakes the hooks of the first service. An
 * image that only has to be pulled is not built, nor is one that is there already: `made` finds that of a part of a plan.
 * Nothing that exists is changed. The caller names the images and then removes their temporary build names.
 * Errors: those of `buildService`.
 */
export async function buildVersion(
  builder: Builder,
  project: Project,
  version: VersionBuild,
  made: (part: string) => Promise<ReusableImage | undefined>,
  run: Run,
): Promise<BuiltImages> {
  const { plan, services } = version
  const parts = new Map(services.map((service) => [service, imageBuildKey(plan, service.plan)]))
  const found = new Map<string, ReusableImage>()
  if (plan.stack) {
    for (const [service, part] of parts) {
      const one = await made(part)
      if (one) found.set(part, one)
      if (one && one.version !== version.id) run.report({ kind: 'note', text: sameAs(service, one) })
    }
    // All at once, because a registry is slower than the engine.
    await pullBases(
      builder,
      services.filter((service) => !found.has(parts.get(service) ?? '')),
      run,
    )
  }
  const images = new Map<string, Promise<string>>()
  const make = (service: ServiceBuild, run: Run): Promise<string> => {
    const part = parts.get(service) ?? ''
    const known = found.get(part)
    if (known && service.isFirst) return relabelImage(builder.engine, project, version.id, known.image, run)
    // Two services are often the same build.
    const image = known
      ? Promise.resolve(known.image)
      : (images.get(part) ?? makeImage(builder, project, version, service, run))
    images.set(part, image)
    return image
  }
  const further = new Map<string, string>()
  let image: string | undefined
  // The first comes last: to bake its hooks takes longest, and is in vain where another build fails.
  const sorted = services.toSorted((a, b) => Number(a.isFirst) - Number(b.isFirst))
  await limitConcurrency(sorted, AT_ONCE, run, async (service, run) => {
    const id = await make(service, run)
    if (service.isFirst) image = id
    else further.set(service.plan.name, id)
  })
  await version.contentWriter?.end()
  if (image === undefined) throw productError('internal', { problem: 'the version has no first service' })
  return { image, further }
}

const sameAs = ({ plan: { name } }: ServiceBuild, { ordinal }: ReusableImage): string =>
  `${name}: the image is the one of v${ordinal}, and not built again.`

/** A further service that only names an image runs that image itself. */
async function makeImage(
  builder: Builder,
  project: Project,
  version: VersionBuild,
  service: ServiceBuild,
  run: Run,
): Promise<string> {
  const reference = service.isFirst ? undefined : plainImage(service.plan)
  const pinned = reference === undefined ? undefined : service.plan.images[reference]
  if (pinned === undefined) return buildService(builder, project, version, service, run)
  const image = await inspectImage(builder.engine, pinned, run)
  if (image) return image.Id
  const problem = `the image ${reference} that was pulled is gone`
  throw productError('engine-refused', { while: `pulling the image of ${service.plan.name}`, problem })
}
