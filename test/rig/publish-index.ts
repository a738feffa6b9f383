import { splitReference } from './build-image.ts'
import { repositoryPath } from './registry-log.ts'
import { readManifest, writeManifest } from './registry-store.ts'
import { RigError } from './rig-error.ts'

const INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json'

/**
 * Publishes a multi-platform image: an index of images that are in the same repository, each platform's by its tag. A
 * tag that exists moves. Returns the digest. Neither the engine nor the count of calls is touched.
 */
export async function publishIndex(
  reference: string,
  platforms: Record<'amd64' | 'arm64', string>,
): Promise<string> {
  const [name, tag] = splitReference(reference)
  const repository = repositoryPath(name)
  const manifests = await Promise.all(
    Object.entries(platforms).map(async ([architecture, tag]) => {
      const image = await readManifest(repository, tag)
      if (!image) throw new RigError(`The registry has no ${name}:${tag}.`, 'Publish it first.')
      const { type: mediaType, digest, body } = image
      return { mediaType, digest, size: body.length, platform: { architecture, os: 'linux' } }
    }),
  )
  const index = { schemaVersion: 2, mediaType: INDEX, manifests }
  return writeManifest(repository, tag, Buffer.from(JSON.stringify(index)), INDEX)
}
