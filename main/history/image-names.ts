import { hash } from 'node:crypto'
import { type ProjectKey, shortId, type VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Engine } from '../docker/connection/connect.ts'
import {
  type ImageDetails,
  imageTags,
  inspectImage,
  listTags,
  removeTag,
  tagImage,
} from '../docker/images.ts'
import { readLegacyPlanLabel } from '../plan/legacy-plan-label.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import type { History, VersionRecord } from './fold-ledger.ts'
import { adaptedFrom, withVersionLayers } from './uid-remapped-image.ts'

/** How the names of all images begin that Pristine makes. */
export const REPOSITORIES = 'pristine/'
/** The repository of a project's images on the engine. */
export const repositoryOf = (key: ProjectKey): string => `${REPOSITORIES}${key}`
/** The name of a version's image. */
export const imageName = (key: ProjectKey, id: VersionId): string => `${repositoryOf(key)}:${shortId(id)}`
/**
 * The name of an image that is not complete yet: two projects may build and remove the same one at the same time.
 * `service` is a further one, `base` the number of an image that the build begins with.
 */
export const buildingName = (
  key: ProjectKey,
  id: VersionId,
  { service, base }: { service?: string | undefined; base?: number } = {},
): string =>
  `${repositoryOf(key)}:${tagOf(`building-${shortId(id)}${base === undefined ? '' : `-${base}`}`, service)}`
/** The name of an image beside that of a version, in which a user has other ids; `digest` is that of what differs. */
export const adaptedName = (key: ProjectKey, id: VersionId, digest: string): string =>
  `${imageName(key, id)}${ADAPTED}${digest}`
const ADAPTED = '-ids-'
/** Whether a tag is of an image beside that of a version. */
export const isAdaptedTag = (tag: string, id: VersionId): boolean =>
  tag.startsWith(`${shortId(id)}${ADAPTED}`)
/**
 * The tag of a service's image, of what the version is called: its first service has the version's own names, a further
 * one has its name behind them. A name that no tag has room for is shortened to a hash.
 */
export function tagOf(version: string, service?: string): string {
  if (service === undefined) return version
  const short = service.length > MAX_SERVICE ? hash('sha256', service).slice(0, 32) : service
  return `${version}.${short}`
}
/** In characters: a tag has up to 128. */
const MAX_SERVICE = 96
/** What a version is called in the tag of one of its images; undefined for another tag. */
export const versionOfTag = (tag: string): string | undefined =>
  /^(v[1-9]\d{0,5}|[0-9a-f]{12})(?:\.|-ids-|$)/.exec(tag)?.[1]
export const isBuildingTag = (tag: string): boolean => tag.startsWith('building-')
export const KNOWN_GOOD = 'known-good'
/** Whether a tag points at an image of the known-good version. */
export const isPointer = (tag: string): boolean => tag === KNOWN_GOOD || tag.startsWith(`${KNOWN_GOOD}.`)

/** The images of a version, which exists only while all of them do. */
export interface VersionImages {
  /** That of its first service. */
  image: ImageDetails
  /** Those of its further services, by their names. */
  further: ReadonlyMap<string, ImageDetails>
}

/** A version whose images are looked for, with the engine's ids of them, as far as these are known. */
export interface SoughtVersion {
  id: VersionId
  image?: string | undefined
  /** Of its further services, by their names; absent where it has none. */
  services?: Readonly<Record<string, string | undefined>> | undefined
}

/**
 * A version's images; undefined when one of them is not on the engine. What counts is the engine's id, as recorded in the
 * ledger, which cannot be assigned to another image. Where that is not known or gone, a tag counts, which is ours to
 * give; labels never.
 */
export function findImages(
  engine: Engine,
  key: ProjectKey,
  version: SoughtVersion,
): Promise<VersionImages | undefined> {
  return findAll(version, async (known, service) => {
    const recorded = known === undefined ? undefined : await inspectImage(engine, known)
    const named = `${repositoryOf(key)}:${tagOf(shortId(version.id), service)}`
    const found = recorded ?? (await inspectImage(engine, named))
    const beside = found || service !== undefined ? found : await findAdapted(engine, key, version)
    return beside && withVersionLayers(beside, known)
  })
}

/**
 * An image beside that of a version, which is all that a prune leaves where a container uses it: it has all that the
 * version's has. The one that was made of the recorded image, if there are several.
 */
async function findAdapted(
  engine: Engine,
  key: ProjectKey,
  { id, image }: SoughtVersion,
): Promise<ImageDetails | undefined> {
  const tags = await listTags(engine, repositoryOf(key))
  const beside = [...tags.keys()].filter((tag) => isAdaptedTag(tag, id))
  const found = await Promise.all(beside.map((tag) => inspectImage(engine, `${repositoryOf(key)}:${tag}`)))
  const images = found.filter((one) => one !== undefined)
  return images.find((one) => adaptedFrom(one)?.image === image) ?? images[0]
}

/** The same by the recorded ids alone. */
export const findRecorded = (
  engine: Engine,
  version: Pick<VersionRecord, 'image' | 'services'>,
): Promise<VersionImages | undefined> =>
  findAll(version, async (known) => (known === undefined ? undefined : inspectImage(engine, known)))

async function findAll(
  { image, services = {} }: Omit<SoughtVersion, 'id'>,
  find: (recorded: string | undefined, service?: string) => Promise<ImageDetails | undefined>,
): Promise<VersionImages | undefined> {
  const names = Object.keys(services)
  const [first, ...others] = await Promise.all([
    find(image),
    ...names.map((name) => find(services[name], name)),
  ])
  const further = new Map(
    names.flatMap((name, at) => {
      const found = others[at]
      return found ? [[name, found] as const] : []
    }),
  )
  return first && further.size === names.length ? { image: first, further } : undefined
}

/** The image of a version's first service; undefined when one of its images is not on the engine. */
export const findImage = async (
  engine: Engine,
  key: ProjectKey,
  version: SoughtVersion,
): Promise<ImageDetails | undefined> => (await findImages(engine, key, version))?.image

/** The further services of a plan, whose images are not known. */
export const unknownImages = ({ services }: Pick<Plan, 'services'>): Record<string, undefined> =>
  Object.fromEntries(services.slice(1).map(({ name }) => [name, undefined]))

/**
 * Gives the images of a version their names: by its id and by its ordinal. Those of the first service, which are the
 * version's own, come last: a crash before leaves nothing that counts as a version.
 */
export async function nameImages(
  engine: Engine,
  key: ProjectKey,
  { id, ordinal }: { id: VersionId; ordinal: number },
  { image, further = new Map() }: { image: string; further?: ReadonlyMap<string, string> },
): Promise<void> {
  for (const [service, of] of [...further, [undefined, image] as const])
    for (const version of [`v${ordinal}`, shortId(id)])
      await tagImage(engine, of, repositoryOf(key), tagOf(version, service))
}

/** Restores the names of a version's images that were removed from them. */
export async function restoreNames(
  engine: Engine,
  key: ProjectKey,
  { id, ordinal }: { id: VersionId; ordinal: number },
  { image, further }: VersionImages,
  knownGood: VersionId | undefined,
): Promise<void> {
  const wanted = [`v${ordinal}`, shortId(id), ...(id === knownGood ? [KNOWN_GOOD] : [])]
  for (const [service, of] of [...further, [undefined, image] as const])
    for (const version of wanted) await ensureTag(engine, key, of, tagOf(version, service))
}

/** Writes nothing where the image has that name: a full disk would not take it. */
async function ensureTag(engine: Engine, key: ProjectKey, image: ImageDetails, tag: string): Promise<void> {
  const missing = !imageTags(image).includes(`${repositoryOf(key)}:${tag}`)
  if (missing) await tagImage(engine, image.Id, repositoryOf(key), tag)
}

/**
 * Moves the known-good pointer on the engine to where the history has it; it keeps the images from being pruned. False
 * when one of them is gone: the pointer stays with the version that there was, until it is built again.
 */
export async function pointKnownGood(
  engine: Engine,
  key: ProjectKey,
  { versions, knownGood }: History,
): Promise<boolean> {
  const version = versions.find(({ id }) => id === knownGood)
  const images = version && (await findImages(engine, key, version))
  if (images) {
    const { image, further } = images
    for (const [service, of] of [...further, [undefined, image] as const])
      await ensureTag(engine, key, of, tagOf(KNOWN_GOOD, service))
    if (versions.some(({ services }) => services)) await removeOldPointers(engine, key, [...further.keys()])
  }
  return version === undefined || images !== undefined
}

/** Removes the pointers to the images of services that the known-good version does not have. */
async function removeOldPointers(engine: Engine, key: ProjectKey, services: string[]): Promise<void> {
  const wanted = services.map((service) => tagOf(KNOWN_GOOD, service))
  const tags = await listTags(engine, repositoryOf(key))
  const old = [...tags.keys()].filter((tag) => tag.startsWith(`${KNOWN_GOOD}.`) && !wanted.includes(tag))
  for (const tag of old) await removeTag(engine, `${repositoryOf(key)}:${tag}`)
}

/**
 * Removes the names that a crash left to images of services: those of a version that neither its first service's image
 * nor the history has.
 */
export async function removeStrayNames(
  engine: Engine,
  key: ProjectKey,
  { versions }: Pick<History, 'versions'>,
): Promise<void> {
  const tags = await listTags(engine, repositoryOf(key))
  const known = new Set(versions.flatMap(versionNames))
  for (const tag of tags.keys()) {
    const version = versionOfTag(tag)
    if (version === undefined || !tag.startsWith(`${version}.`)) continue
    if (!tags.has(version) && !known.has(version)) await removeTag(engine, `${repositoryOf(key)}:${tag}`)
  }
}

/** What a version is called in the tags of its images. */
export const versionNames = ({
  id,
  ordinal,
  formerIds = [],
}: Pick<VersionRecord, 'id' | 'ordinal' | 'formerIds'>): string[] => [
  `v${ordinal}`,
  ...[id, ...formerIds].map(shortId),
]

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
