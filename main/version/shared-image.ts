import { shortId, type VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connect.ts'
import { type ImageDetails, inspectImage, listTagsBelow } from '../docker/images.ts'
import type { Host } from '../host.ts'
import { recordedProjects } from '../project/record.ts'
import { REPOSITORIES, repositoryOf } from './images.ts'
import { readHistory } from './read-history.ts'

/**
 * The image of a version that another project of this computer built from the same plan: a clone, or a worktree.
 * Undefined when there is none. That it is that version the other one's history has to say: a name can be given by
 * anybody.
 */
export async function sharedImage(
  host: Host,
  engine: Engine,
  id: VersionId,
): Promise<ImageDetails | undefined> {
  const [repositories, projects] = await Promise.all([
    listTagsBelow(engine, REPOSITORIES),
    recordedProjects(host),
  ])
  for (const { key } of projects) {
    const image = repositories.get(repositoryOf(key))?.get(shortId(id))
    if (image === undefined) continue
    // Another project's damaged history is its own matter.
    const history = await readHistory(host, { key }).catch(() => undefined)
    const record = history?.versions.find((version) => version.id === id)
    if (record?.image === image && record.wasReady) return inspectImage(engine, image)
  }
  return undefined
}
