import { type ProjectKey, shortId, type VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Engine } from '../docker/connection/connect.ts'
import {
  type ImageDetails,
  imageTags,
  inspectImage,
  listImages,
  removeTag,
  tagImage,
} from '../docker/images.ts'
import { readLegacyPlanLabel } from '../plan/legacy-plan-label.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import type { History, VersionRecord } from './fold-ledger.ts'

/** How the names of all images begin that Pristine makes. */
export const REPOSITORIES = 'pristine/'
/** The repository of a project's images on the engine. */
export const repositoryOf = (key: ProjectKey): string => `${REPOSITORIES}${key}`
/** The name of a version's image. */
export const imageName = (key: ProjectKey, id: VersionId): string => `${repositoryOf(key)}:${shortId(id)}`
/** The name of an image that is not complete yet: two projects may build and remove the same one at the same time. */
export const buildingName = (key: ProjectKey, id: VersionId): string =>
  `${repositoryOf(key)}:building-${shortId(id)}`
/** The name of an image beside that of a version, in which a user has other ids; `digest` is that of what differs. */
export const adaptedName = (key: ProjectKey, id: VersionId, digest: string): string =>
  `${imageName(key, id)}${ADAPTED}${digest}`
const ADAPTED = '-ids-'
export const isBuildingTag = (tag: string): boolean => tag.startsWith('building-')
export const KNOWN_GOOD = 'known-good'

/**
 * A version's image; undefined when it is not on the engine. `image` is the engine's id of it, as recorded in the
 * ledger, which cannot be assigned to another image. Where that is not known or gone, a tag counts, which is ours to
 * give; labels never.
 */
export async function findImage(
  engine: Engine,
  key: ProjectKey,
  { id, image }: { id: VersionId; image?: string | undefined },
): Promise<ImageDetails | undefined> {
  const recorded = image === undefined ? undefined : await inspectImage(engine, image)
  return recorded ?? inspectImage(engine, imageName(key, id))
}

type Named = Pick<VersionRecord, 'id' | 'ordinal' | 'image' | 'formerIds'>

/** The images of one project's versions on the engine. */
export interface ProjectImages {
  /** The engine's id of a version's image, found as `findImage` does; undefined when it is not on the engine. */
  of(version: Named): string | undefined
  /**
   * The same, if it is this project's to remove: another one with the same plan may have given it a name, and an image
   * goes with its last one.
   */
  owned(version: Named): string | undefined
  /** The names that there are. */
  tags: ReadonlyMap<string, string>
}

/** The images of whatever project, with one question to the engine for all. */
export async function listVersionImages(engine: Engine): Promise<(key: ProjectKey) => ProjectImages> {
  const { names, repositories } = await listImages(engine)
  return (key) => {
    const tags = repositories.get(repositoryOf(key)) ?? new Map<string, string>()
    const of = ({ id, image }: Named) => tags.get(shortId(id)) ?? (names.has(image) ? image : undefined)
    const owned = (version: Named) => {
      const image = of(version)
      const ours = namesOf(version).some((tag) => tags.get(tag) === image)
      return image !== undefined && (ours || names.get(image) === 0) ? image : undefined
    }
    return { tags, of, owned }
  }
}

const namesOf = ({ id, ordinal, formerIds = [] }: Named): string[] => [
  `v${ordinal}`,
  ...[id, ...formerIds].map(shortId),
]

/** Removes a version's image from the engine; false when it is in use and stays. */
export async function removeImage(
  engine: Engine,
  key: ProjectKey,
  images: ProjectImages,
  version: Named,
): Promise<boolean> {
  const own = namesOf(version)
  const names = [...images.tags.keys()].filter((tag) => own.includes(tag.split(ADAPTED)[0] ?? ''))
  const nameless = images.owned(version)
  const references =
    names.length > 0 ? names.map((tag) => `${repositoryOf(key)}:${tag}`) : nameless ? [nameless] : []
  let gone = true
  for (const reference of references) gone = (await removeTag(engine, reference)) && gone
  return gone
}

/** Gives a built image its two names: by id and by ordinal. */
export async function nameImage(
  engine: Engine,
  key: ProjectKey,
  id: VersionId,
  ordinal: number,
  image: string,
): Promise<void> {
  await tagImage(engine, image, repositoryOf(key), `v${ordinal}`)
  await tagImage(engine, image, repositoryOf(key), shortId(id))
}

/** Restores the names of a version's image that were removed from it. */
export async function restoreNames(
  engine: Engine,
  key: ProjectKey,
  { id, ordinal }: { id: VersionId; ordinal: number },
  image: ImageDetails,
  knownGood: VersionId | undefined,
): Promise<void> {
  const wanted = [`v${ordinal}`, shortId(id), ...(id === knownGood ? [KNOWN_GOOD] : [])]
  for (const tag of wanted) await ensureTag(engine, key, image, tag)
}

/** Writes nothing where the image has that name: a full disk would not take it. */
async function ensureTag(engine: Engine, key: ProjectKey, image: ImageDetails, tag: string): Promise<void> {
  const missing = !imageTags(image).includes(`${repositoryOf(key)}:${tag}`)
  if (missing) await tagImage(engine, image.Id, repositoryOf(key), tag)
}

/**
 * Moves the known-good pointer on the engine to where the history has it; it keeps the image from being pruned. False
 * when that image is gone: the pointer stays with the one that there was, until it is built again.
 */
export async function pointKnownGood(
  engine: Engine,
  key: ProjectKey,
  { versions, knownGood }: History,
): Promise<boolean> {
  const version = versions.find(({ id }) => id === knownGood)
  const image = version && (await findImage(engine, key, version))
  if (image) await ensureTag(engine, key, image, KNOWN_GOOD)
  return version === undefined || image !== undefined
}

/**
 * The plan of a version: from this computer's store, else from the labels of an image that an older Pristine built.
 * Undefined when neither has it.
 */
export async function storedPlan(
  home: Home,
  id: VersionId,
  image: ImageDetails | undefined,
): Promise<Plan | undefined> {
  return (await loadPlan(home, id)) ?? readLegacyPlanLabel(image?.Config.Labels, id)
}
