import { isProductError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import type { CleanReport } from '../../../shared/version.ts'
import { findUnneededRecipes, pruneRecipes } from '../../build/prune-recipes.ts'
import { openRecipes } from '../../build/read-recipe.ts'
import { readDefinition } from '../../definition/devcontainer/read-definition.ts'
import { diskUsage } from '../../docker/disk-usage.ts'
import { freedBytes } from '../../docker/reclaimable-bytes.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { withWriterLock } from '../../environment/with-writer-lock.ts'
import type { History, VersionRecord } from '../../history/fold-ledger.ts'
import { listVersionImages, removeImages } from '../../history/project-images.ts'
import { recoverLedger } from '../../history/recover-ledger.ts'
import { removalBlocker } from '../../history/removal-blocker.ts'
import type { Host } from '../../host/host.ts'
import type { Project } from '../../store/open-project.ts'

/** How many versions are kept besides current and known-good if no definition sets it. */
const DEFAULT_KEEP = 5

export interface CleanOptions {
  definition?: string | undefined
  /** Remove them; otherwise only list them. */
  apply: boolean
}

/**
 * Removes the images of old versions: all but the newest `keep`, but never the current version, the known-good version
 * (marked or not), a version that a container uses, or anything that Pristine did not make. The history keeps the removed
 * versions; data is not touched. Also removes what no version of any project needs from the data folder.
 * Errors: `busy`, those of the engine.
 */
export function clean(host: Host, project: Project, options: CleanOptions, run: Run): Promise<CleanReport> {
  return withWriterLock(host, project, 'clean', run, async () => {
    const keep = await keepOf(host, project, options.definition)
    // The history keeps what is removed.
    if (options.apply) await recoverLedger(host, project)
    const { engine, facts, history } = await readCurrentState(host, project)
    const [listed, usage, recipe] = await Promise.all([
      listVersionImages(engine),
      diskUsage(engine),
      openRecipes(host, project),
    ])
    const used = [...facts.containers, ...facts.leftovers].map((container) => container.version)
    const images = listed.of(project.key)
    const freed = freedBytes(engine, usage, listed.every)
    const doomed = chooseOld(history, (version) => images.owned(version).length > 0, keep, used)
    const versions: CleanReport['versions'] = []
    // Measured before anything is removed, to compare with what remains.
    const sizes = new Map<VersionId, number | null>()
    for (const version of doomed) sizes.set(version.id, await freed(images.alone(version)))
    for (const version of doomed) {
      const { id, ordinal } = version
      const bytes = sizes.get(id) ?? null
      if (options.apply && !(await removeImages(engine, project.key, images, version))) continue
      versions.push({ id, ordinal, bytes, rebuildable: (await recipe({ id, ordinal })).whole })
    }
    const { count, bytes } = await (options.apply
      ? pruneRecipes(host, project.key)
      : findUnneededRecipes(host, project.key))
    return {
      versions,
      recipes: { count, bytes },
      bytes: usage ? versions.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) : null,
      removed: options.apply,
      keep,
    }
  })
}

/** The versions to remove, oldest first: present, not among the newest `keep` others, and not needed. */
export function chooseOld(
  history: History,
  present: (version: VersionRecord) => boolean,
  keep: number,
  used: VersionId[],
): VersionRecord[] {
  const others = history.versions.filter(
    (version) => present(version) && removalBlocker(history, used, version.id) === null,
  )
  return others.slice(0, Math.max(0, others.length - keep))
}

/** How many versions the definition keeps. An unreadable definition must not prevent a person from freeing space. */
export async function keepOf(host: Host, project: Project, definition: string | undefined): Promise<number> {
  try {
    const options = { env: host.env, ...(definition !== undefined && { choice: definition }) }
    return (await readDefinition(project, options)).definition.keep
  } catch (error) {
    if (isProductError(error)) return DEFAULT_KEEP
    throw error
  }
}
