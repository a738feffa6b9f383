import type { DiskUse } from '../../shared/version.ts'
import { diskUsage } from '../docker/disk-usage.ts'
import { bytesTogether, imageLayers } from '../docker/image-layers.ts'
import { listVersionImages } from '../history/image-names.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/** What the versions of a project take that are on the engine, newest first. Errors: those of the engine. */
export async function diskUse(host: Host, project: Project): Promise<DiskUse> {
  const engine = await host.engine()
  const [{ versions }, imagesOf, usage] = await Promise.all([
    readHistory(host, project),
    listVersionImages(engine),
    diskUsage(engine),
  ])
  const images = imagesOf(project.key)
  const present = versions.toReversed().flatMap((version) => {
    const image = images.of(version)
    return image === undefined ? [] : [{ id: version.id, ordinal: version.ordinal, image }]
  })
  const layers = await Promise.all(present.map(({ image }) => imageLayers(engine, image)))
  return {
    versions: present.map(({ id, ordinal, image }) => {
      const size = usage?.images.get(image)
      return { id, ordinal, own: size?.own ?? null, shared: size?.shared ?? null }
    }),
    total: bytesTogether(layers),
  }
}
