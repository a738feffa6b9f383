import type { ProjectSummary } from '../../../shared/project.ts'
import type { Version } from '../../../shared/version.ts'

/**
 * The list of versions with what runs and what is known-good as the summary has it: the summary comes by itself, a list
 * is asked for, and for a moment it is older; a page says one thing.
 */
export function withCurrent(versions: Version[], { version: running }: ProjectSummary): Version[] {
  return versions.map((version) => {
    const current = version.id === running?.id
    const knownGood = current ? running.knownGood : version.knownGood && running?.knownGood !== true
    if (current === version.current && knownGood === version.knownGood) return version
    return { ...version, current, knownGood, marked: version.marked && knownGood }
  })
}
