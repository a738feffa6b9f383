import { createHash } from 'node:crypto'
import type { ImageInspectInfo } from 'dockerode'
import { parseImageReference } from '../../shared/image-reference.ts'
import type { Engine } from './connection/connect.ts'
import { call, isConflict, isNotFound } from './connection/engine-call.ts'
import { retryRefused } from './connection/retry-refused.ts'

export type ImageDetails = ImageInspectInfo
type Signal = { signal?: AbortSignal | undefined }

/** An image's details, by id, tag or digest reference; undefined when the engine does not have it. */
export async function inspectImage(
  engine: Engine,
  reference: string,
  run: Signal = {},
): Promise<ImageDetails | undefined> {
  const inspect = () =>
    call(
      'inspecting the image',
      (abortSignal) => engine.docker.getImage(reference).inspect({ abortSignal } as object),
      { signal: run.signal, expected: [404] },
    )
  try {
    return await retryRefused(inspect)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** One hash of an image's layers, in order: it identifies the file system, independent of the configuration. */
export const layersOf = ({ RootFS }: ImageDetails): string =>
  createHash('sha256')
    .update((RootFS.Layers ?? []).join(' '))
    .digest('hex')

/** The digests under which an image came from a repository, named in full. */
export function digestsIn(image: ImageDetails | undefined, repository: string): string[] {
  return (image?.RepoDigests ?? []).flatMap((entry) => {
    const named = parseImageReference(entry)
    return named?.digest !== undefined && named.repository === repository ? [named.digest] : []
  })
}

/** An image's id in the one form that every call takes: Podman leaves the algorithm out of some answers. */
export const imageId = (id: string): string => (id.startsWith('sha256:') ? id : `sha256:${id}`)

/** The tags of an image as they were given. Podman shows them in full, and the digests by which it was pulled. */
export const imageTags = (image: { RepoTags?: string[] | null | undefined }): string[] =>
  (image.RepoTags ?? [])
    .filter((name) => !name.includes('@'))
    .map((name) => name.replace(/^(?:localhost|docker\.io)\//, ''))

/** The digests by which an image is there, each with its repository. */
const digestNames = ({ RepoDigests }: { RepoDigests?: string[] | null | undefined }): string[] =>
  (RepoDigests ?? []).filter((name) => !name.startsWith('<none>@'))
const repositoryIn = (digest: string): string =>
  (digest.split('@')[0] ?? '').replace(/^(?:localhost|docker\.io)\//, '')

/** The tags of a repository on the engine, with the ids of their images. */
export async function listTags(engine: Engine, repository: string): Promise<Map<string, string>> {
  const images = await retryRefused(() =>
    call('listing the images', (abortSignal) =>
      engine.docker.listImages({ filters: JSON.stringify({ reference: [repository] }), abortSignal }),
    ),
  )
  const tags = new Map<string, string>()
  for (const image of images) {
    for (const name of imageTags(image)) {
      if (name.startsWith(`${repository}:`)) tags.set(name.slice(repository.length + 1), image.Id)
    }
  }
  return tags
}

/**
 * All images on the engine: how many names each has, which are also there by the digest under which they were pulled, and
 * the tags of each repository with the ids of their images; lists once.
 */
export async function listImages(engine: Engine): Promise<{
  names: Map<string, number>
  pulled: Set<string>
  repositories: Map<string, Map<string, string>>
}> {
  const images = await retryRefused(() =>
    call('listing the images', (abortSignal) => engine.docker.listImages({ abortSignal })),
  )
  const names = new Map<string, number>()
  const pulled = new Set<string>()
  const repositories = new Map<string, Map<string, string>>()
  for (const image of images) {
    const tagged = imageTags(image).filter((name) => name !== '<none>:<none>')
    names.set(image.Id, tagged.length)
    // containerd's store gives a digest to what was built on this computer, too, in the repository of its tag.
    const isTagged = (digest: string) => tagged.some((name) => name.startsWith(`${repositoryIn(digest)}:`))
    if (digestNames(image).some((digest) => !isTagged(digest))) pulled.add(image.Id)
    for (const name of tagged) {
      const at = name.lastIndexOf(':')
      const repository = name.slice(0, at)
      const tags = repositories.get(repository) ?? new Map<string, string>()
      repositories.set(repository, tags.set(name.slice(at + 1), image.Id))
    }
  }
  return { names, pulled, repositories }
}

/** Adds a name to an image. */
export async function tagImage(
  engine: Engine,
  image: string,
  repository: string,
  tag: string,
): Promise<void> {
  await call('tagging the image', (abortSignal) =>
    engine.docker.getImage(image).tag({ repo: repository, tag, abortSignal }),
  )
}

/** Removes one name of an image, and the image with its last name. An absent one is fine; false when it is in use and stays. */
export async function removeTag(engine: Engine, reference: string): Promise<boolean> {
  const remove = () =>
    call('removing the image', (abortSignal) => engine.docker.getImage(reference).remove({ abortSignal }), {
      expected: [404, 409],
    })
  try {
    await retryRefused(remove)
    return true
  } catch (error) {
    if (isNotFound(error)) return true
    if (isConflict(error)) return false
    throw error
  }
}
