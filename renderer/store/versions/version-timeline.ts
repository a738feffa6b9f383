import type { InputChange } from '../../../shared/change.ts'
import type { Status } from '../../../shared/environment.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/version.ts'

/** What a version is for an environment now. */
type VersionRole = 'wanted' | 'running' | 'known-good' | 'reset'

/** One entry of the timeline: a version, or what the definition wants before it has become one. */
export interface TimelineEntry {
  /** Null where the lock does not pin yet what is wanted. */
  ordinal: number | null
  roles: VersionRole[]
  /** What is known of it; undefined for one that was not built. */
  version: Version | undefined
  /** Why there is such a version: how it differs from the one before, or of a wanted one from what runs. */
  because: InputChange[]
}

/**
 * The versions that count for an environment, newest first: what the definition wants, what runs, known-good, and where a
 * reset leads. `reset`: the id of that one.
 */
export function timelineOf(
  versions: readonly Version[],
  running: VersionId | undefined,
  definition: Pick<Status, 'wanted' | 'because'> | undefined,
  reset: VersionId | undefined,
): TimelineEntry[] {
  const { wanted, because } = definition ?? { wanted: null, because: [] }
  const differs = definition !== undefined && running !== undefined && wanted?.id !== running
  const entries = versions
    .map((one): TimelineEntry => {
      const isWanted = differs && one.id === wanted?.id
      const roles: VersionRole[] = [
        ...(isWanted ? (['wanted'] as const) : []),
        ...(one.id === running ? (['running'] as const) : []),
        ...(one.knownGood ? (['known-good'] as const) : []),
        ...(one.id === reset ? (['reset'] as const) : []),
      ]
      return { ordinal: one.ordinal, roles, version: one, because: isWanted ? because : one.because }
    })
    .filter(({ roles }) => roles.length > 0)
    .toSorted((a, b) => (b.ordinal ?? 0) - (a.ordinal ?? 0))
  if (!differs || entries.some(({ roles }) => roles.includes('wanted'))) return entries
  const next = Math.max(0, ...versions.map(({ ordinal }) => ordinal)) + 1
  const ordinal = wanted ? (wanted.ordinal ?? next) : null
  return [{ ordinal, roles: ['wanted'], version: undefined, because }, ...entries]
}
