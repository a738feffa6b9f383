import { productError } from '../../shared/errors.ts'
import { type ProjectKey, shortId, type VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Engine } from '../docker/connect.ts'
import { type ImageDetails, inspectImage, tagImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import type { Home } from '../project/home.ts'
import { loadPlan, parsePlan } from './recipes.ts'

/** Below it are the repositories of all projects. */
export const REPOSITORIES = 'pristine'
/** The repository of a project's images on the engine. */
export const repositoryOf = (key: ProjectKey): string => `${REPOSITORIES}/${key}`
/** The name of a version's image. */
export const imageName = (key: ProjectKey, id: VersionId): string => `${repositoryOf(key)}:${shortId(id)}`
/** What an image is called until it is whole: two projects may build the same one, and remove it, at the same time. */
export const buildingName = (key: ProjectKey, id: VersionId): string =>
  `${repositoryOf(key)}:building-${shortId(id)}`
export const isBuildingTag = (tag: string): boolean => tag.startsWith('building-')
const KNOWN_GOOD = 'known-good'

/** A version's image; undefined when it is not on the engine. A tag is ours to give, so it is trusted; labels are not. */
export function findImage(engine: Engine, key: ProjectKey, id: VersionId): Promise<ImageDetails | undefined> {
  return inspectImage(engine, imageName(key, id))
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

/** Moves the known-good pointer on the engine; it keeps the image from being pruned as unnamed. */
export async function pointKnownGood(engine: Engine, key: ProjectKey, id: VersionId): Promise<void> {
  const image = await findImage(engine, key, id)
  if (image) await tagImage(engine, image.Id, repositoryOf(key), KNOWN_GOOD)
}

/**
 * The plan of a version: from this computer's store, else from the image's label if it really makes this version.
 * Errors: `version-mismatch`.
 */
export async function planOf(home: Home, id: VersionId, image: ImageDetails | undefined): Promise<Plan> {
  const stored = await loadPlan(home, id)
  if (stored) return stored
  const label = image?.Config.Labels?.[LABEL.plan]
  const plan = label === undefined ? undefined : parsePlan(label, id)
  if (plan) return plan
  throw productError('version-mismatch', {
    problem: `Neither this computer nor the image has the plan of version ${shortId(id)}.`,
  })
}
