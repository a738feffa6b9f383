import type { ProjectSummary } from '../../../shared/project.ts'
import type { Version } from '../../../shared/version.ts'

/** In milliseconds: a version that took the place of another one so recently is new to a person. */
const NEW = 24 * 60 * 60 * 1000

/** Where a reset leads at first, why, and where else it may lead. */
export interface ResetChoice {
  target: Version
  why: 'new' | 'drifted' | 'unhealthy' | 'chosen' | 'known-good'
  /** Going there takes as many clicks. */
  other: Version | undefined
}

/**
 * Where a reset leads unless a person names a version: back from a version that is new, has drifted or is unhealthy; to
 * known-good where something else runs, unless the person went there by a reset; else to a fresh start of what runs.
 * Undefined where no version has become ready. `now` in milliseconds since 1970.
 */
export function resetChoice(
  versions: readonly Version[],
  { version, state, drift, chosen }: Pick<ProjectSummary, 'version' | 'state' | 'drift' | 'chosen'>,
  now: number,
): ResetChoice | undefined {
  const runs = versions.find(({ id }) => id === version?.id)
  const good = versions.find(({ knownGood }) => knownGood)
  if (!good) return undefined
  if (!runs) return { target: good, why: 'known-good', other: undefined }
  const fresh = canStart(runs) ? runs : undefined
  if (runs.id !== good.id) {
    if (chosen && fresh) return { target: runs, why: 'chosen', other: good }
    return { target: good, why: 'known-good', other: fresh }
  }
  const before = versionBefore(versions, runs)
  const why = !before ? undefined : reasonToGoBack(runs, { state, drift }, now)
  if (before && why) return { target: before, why, other: runs }
  return { target: runs, why: 'known-good', other: before }
}

function reasonToGoBack(
  { createdAt, firstReadyAt }: Version,
  { state, drift }: Pick<ProjectSummary, 'state' | 'drift'>,
  now: number,
): 'new' | 'drifted' | 'unhealthy' | undefined {
  if (state === 'unhealthy') return 'unhealthy'
  if (drift !== null && drift > 0) return 'drifted'
  // It may have waited long since it was built. One that was gone back to is not new.
  return now - Date.parse(firstReadyAt ?? createdAt) < NEW ? 'new' : undefined
}

/** The newest version before one that became ready, and can be started. */
const versionBefore = (versions: readonly Version[], { ordinal }: Version): Version | undefined =>
  versions
    .filter((one) => one.ordinal < ordinal && canStart(one))
    .toSorted((a, b) => b.ordinal - a.ordinal)[0]

const canStart = ({ wasReady, present, rebuildable, plan }: Version): boolean =>
  wasReady !== false && plan && (present || rebuildable === true)

/** Whether a reset takes something away that cannot be had again. Unknown losses count. */
export const isDestructive = (
  loss: { files: number; sessions: number } | undefined,
  data: { discard: boolean } | undefined,
): boolean => !loss || loss.files > 0 || loss.sessions > 0 || data?.discard === true
