import type { FeaturePin, Lock } from '../../shared/lock.ts'
import type { FindFeature } from '../definition/features/feature-content.ts'
import { type ReadProject, readProject } from '../definition/read-project.ts'
import { openHome } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { storedFeature } from './feature-store.ts'
import { lockPath, readLock } from './lock-file.ts'
import { pinsOfFeatures } from './pinned-features.ts'

/**
 * Reads a project's definition and its Dockerfile, with what their base images bring to the build (ONBUILD) and to the
 * hooks (their metadata label), as the lock has it, and with the features that it pins, as the data folder has them.
 * Contacts nothing. `moved` are pins that count before all others, by reference.
 * Errors: those of `readProject` and of the locks; `features-unread`.
 */
export async function readLocked(
  env: Record<string, string | undefined>,
  project: Project,
  choice: string | undefined,
  moved: ReadonlyMap<string, FeaturePin> = new Map(),
): Promise<ReadProject> {
  const findFeature = finder(env, project, moved)
  const read = await readProject(env, project, choice, { findFeature })
  const images: Lock['images'] = (await readLock(project, lockPath(read.definition.file)))?.images ?? {}
  if (Object.values(images).every(({ onbuild, metadata }) => !onbuild && !metadata)) return read
  return readProject(env, project, choice, {
    facts: (reference) => (Object.hasOwn(images, reference) ? images[reference] : undefined),
    findFeature,
  })
}

/** Finds each feature once, in the store. */
function finder(
  env: Record<string, string | undefined>,
  project: Project,
  moved: ReadonlyMap<string, FeaturePin>,
): FindFeature {
  const home = openHome(env)
  let pins: ReturnType<typeof pinsOfFeatures> | undefined
  const found = new Map<string, ReturnType<FindFeature>>()
  const find: FindFeature = async (file, { id }) => {
    pins ??= pinsOfFeatures(home, project, file)
    const pin = moved.get(id) ?? (await pins)(id)
    const stored = pin && (await storedFeature(home, pin.integrity))
    return pin && stored && { pin, ...stored }
  }
  return (file, reference) => {
    const known = found.get(reference.id)
    if (known) return known
    const finding = find(file, reference)
    found.set(reference.id, finding)
    return finding
  }
}
