import { type ProjectKey, shortId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { listImages, removeTag } from '../docker/images.ts'
import type { VersionRecord } from './fold-ledger.ts'
import { isAdaptedTag, isPointer, repositoryOf, tagOf, versionNames, versionOfTag } from './image-names.ts'

type Named = Pick<VersionRecord, 'id' | 'ordinal' | 'image' | 'formerIds' | 'services'>

/** The images of one project's versions on the engine. */
export interface ProjectImages {
  /**
   * The engine's id of the image of a version's first service, found as `findImages` does; undefined when one of the
   * version's images is not on the engine.
   */
  of(version: Named): string | undefined
  /** The engine's id of the image of one of its further services; undefined where it is not there. */
  ofService(version: Named, service: string): string | undefined
  /** All images of a version that are there: those of its services, and those beside with other ids of a user. */
  all(version: Named): string[]
  /**
   * Those of them that are this project's to remove: another one with the same plan may have given them a name, and an
   * image goes with its last one.
   */
  owned(version: Named): string[]
  /** Those of them that go with the version: nothing else has a name for them. */
  alone(version: Named): string[]
  /** The names that there are. */
  tags: ReadonlyMap<string, string>
}

/** All images on the engine: those of whatever project, and the ids of every one. */
export interface EngineImages {
  of(key: ProjectKey): ProjectImages
  every: string[]
}

/** Lists the images of all projects, with one question to the engine. */
export async function listVersionImages(engine: Engine): Promise<EngineImages> {
  const { names, pulled, repositories } = await listImages(engine)
  const of = (key: ProjectKey): ProjectImages => {
    const tags = repositories.get(repositoryOf(key)) ?? new Map<string, string>()
    const find = (id: Named['id'], image: string, service?: string) =>
      tags.get(tagOf(shortId(id), service)) ?? (names.has(image) ? image : undefined)
    const beside = (id: Named['id']) => [...tags].find(([tag]) => isAdaptedTag(tag, id))?.[1]
    const ofService = ({ id, services = {} }: Named, name: string) => {
      const { [name]: image } = services
      return image === undefined ? undefined : find(id, image, name)
    }
    const services = (version: Named) => [
      find(version.id, version.image) ?? beside(version.id),
      ...Object.keys(version.services ?? {}).map((name) => ofService(version, name)),
    ]
    const isOwn = (version: Named) => {
      const own = versionNames(version)
      return (tag: string) => own.includes(versionOfTag(tag) ?? '')
    }
    const named = (version: Named) => [...tags].filter(([tag]) => isOwn(version)(tag))
    const all = (version: Named) => [
      ...new Set([
        ...services(version).filter((image) => image !== undefined),
        ...named(version).map(([, image]) => image),
      ]),
    ]
    const owned = (version: Named) => {
      const ours = new Set(named(version).map(([, image]) => image))
      const nameless = (image: string) => names.get(image) === 0 && image === version.image
      return all(version).filter((image) => ours.has(image) || nameless(image))
    }
    return {
      tags,
      ofService,
      all,
      owned,
      of: (version) => {
        const found = services(version)
        return found.includes(undefined) ? undefined : found[0]
      },
      alone: (version) => {
        const own = [...tags].filter(([tag]) => isOwn(version)(tag) || isPointer(tag))
        const count = (image: string) => own.filter(([, named]) => named === image).length
        return owned(version).filter((image) => !pulled.has(image) && names.get(image) === count(image))
      },
    }
  }
  return { of, every: [...names.keys()] }
}

/** Removes a version's images from the engine; false when one is in use and stays. */
export async function removeImages(
  engine: Engine,
  key: ProjectKey,
  images: ProjectImages,
  version: Named,
): Promise<boolean> {
  const own = versionNames(version)
  const names = [...images.tags.keys()].filter((tag) => own.includes(versionOfTag(tag) ?? ''))
  const references =
    names.length > 0 ? names.map((tag) => `${repositoryOf(key)}:${tag}`) : images.owned(version)
  let gone = true
  for (const reference of references) gone = (await removeTag(engine, reference)) && gone
  return gone
}
