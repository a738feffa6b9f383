import type { DiskUse } from '../../../shared/version.ts'
import { diskUsage } from '../../docker/disk-usage.ts'
import { bytesTogether, imageLayers } from '../../docker/image-layers.ts'
import { freedBytes } from '../../docker/reclaimable-bytes.ts'
import { listVersionImages } from '../../history/project-images.ts'
import { readHistory } from '../../history/read-history.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * The disk space of a project's versions on the engine, newest first: all their images, including those in which a user
 * has other ids. Errors: those of the engine.
 */
export async function diskUse(host: Host, project: Project): Promise<DiskUse> {
  const engine = await host.engine()
  const [{ versions }, listed, usage] = await Promise.all([
    readHistory(host, project),
    listVersionImages(engine),
    diskUsage(engine),
  ])
  const images = listed.of(project.key)
  const freed = freedBytes(engine, usage, listed.every)
  const present = versions.toReversed().filter((version) => images.of(version) !== undefined)
  const ids = new Set(present.flatMap((version) => images.all(version)))
  const layers = new Map(
    await Promise.all([...ids].map(async (id) => [id, await imageLayers(engine, id)] as const)),
  )
  const together = (some: Iterable<string>) => bytesTogether([...some].flatMap((id) => layers.get(id) ?? []))
  return {
    versions: await Promise.all(
      present.map(async (version) => {
        const all = images.all(version)
        const own = await freed(images.alone(version))
        const [only, ...more] = all.map((image) => usage?.images.get(image))
        // For a single image, the engine's own measurement is better than the sum of the steps.
        const whole = more.length === 0 && only ? only.own + only.shared : together(all)
        const shared = own === null ? null : Math.max(0, whole - own)
        const services = Object.keys(version.services ?? {}).map((name) => {
          const image = images.ofService(version, name)
          return [name, image === undefined ? 0 : together([image])] as const
        })
        return {
          ...{ id: version.id, ordinal: version.ordinal, own, shared },
          services: Object.fromEntries(services),
        }
      }),
    ),
    total: together(ids),
  }
}
