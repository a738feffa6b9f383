import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { VersionId } from '../../shared/ids.ts'
import type { FeaturePin } from '../../shared/lock.ts'
import type { InputFile, PlanFeature } from '../../shared/plan.ts'
import type { VersionFeature } from '../../shared/version-feature.ts'
import { parseJsonc } from '../definition/devcontainer/document/jsonc.ts'
import { FeatureMetadata, type FeatureOptions } from '../definition/features/feature-metadata.ts'
import { changedOptions } from '../definition/features/feature-options.ts'
import { isOfRegistry } from '../definition/features/feature-reference.ts'
import { featureKey, isTarball, resolvedOf } from '../lock/feature-pin.ts'
import { pinsOfFeatures } from '../lock/feature-pin-lookup.ts'
import { integritiesOf } from '../lock/feature-store.ts'
import { type PinCheck, readPinCheck } from '../lock/pin-check.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'

/**
 * The features of a version, in the order of their installation; none where its plan is lost. Contacts nothing.
 * Errors: those of the project's locks.
 */
export async function versionFeatures(
  home: Home,
  project: Project,
  id: VersionId,
): Promise<VersionFeature[]> {
  const plan = await loadPlan(home, id)
  const features = plan?.services.flatMap((service) => service.features ?? []) ?? []
  if (!plan || features.length === 0) return []
  const [pinOf, check] = await Promise.all([
    pinsOfFeatures(home, project, plan.file),
    readPinCheck(home, project.key),
  ])
  return Promise.all(
    features.map(async (feature): Promise<VersionFeature> => {
      const digest = await digestOf(home, feature, pinOf(feature.id))
      return {
        reference: feature.id,
        version: feature.version ?? null,
        options: changedOptions(feature.options, await declaredOptions(home, feature)),
        digest,
        newer: digest !== null && hasMoved(check, feature.id, digest),
      }
    }),
  )
}

/** A plan holds the content of a feature and not its digest: the pin may have moved since, so its content has to be the same. */
async function digestOf(
  home: Home,
  { id, files }: PlanFeature,
  pin: FeaturePin | undefined,
): Promise<string | null> {
  if (!isRemote(id)) return null
  const stored = await integritiesOf(home, files)
  return stored.find((integrity) => integrity === pin?.integrity) ?? stored[0] ?? null
}

const isRemote = (id: string): boolean => isTarball(id) || isOfRegistry(id)

/** The options that a feature declares, by its file in the recipe; undefined where that is gone. */
async function declaredOptions(home: Home, { files }: PlanFeature): Promise<FeatureOptions | undefined> {
  const [, , sha256] = files.find(isMetadata) ?? []
  if (sha256 === undefined) return undefined
  try {
    const text = await readFile(path.join(home.blobs, sha256), 'utf8')
    const { value } = parseJsonc('devcontainer-feature.json', text.replace(/^\ufeff/, ''))
    return FeatureMetadata.parse(value).options ?? {}
  } catch {
    return undefined
  }
}

const isMetadata = ([name, , sha256]: InputFile): boolean =>
  name === 'devcontainer-feature.json' && /^[0-9a-f]{64}$/.test(sha256)

/** Whether the last check found the reference elsewhere. It says nothing about another digest than the one that it compared. */
function hasMoved(check: PinCheck | undefined, reference: string, digest: string): boolean {
  const key = featureKey(reference)
  const found = check && Object.hasOwn(check.images, key) ? check.images[key] : undefined
  return found !== undefined && found.locked === resolvedOf(key, digest) && found.latest !== found.locked
}
