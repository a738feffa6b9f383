import type { ProjectSummary } from '../../../shared/project.ts'
import type { Version } from '../../../shared/version.ts'

/**
 * The list of versions, with the current and the known-good version of the summary: the summary is pushed and the list
 * is requested, so the list is older for a moment, and a page has to be consistent.
 */
export function withCurrent(versions: Version[], { version: running }: ProjectSummary): Version[] {
  return versions.map((version) => {
    const current = version.id === running?.id
    const knownGood = current ? running.knownGood : version.knownGood && running?.knownGood !== true
    if (current === version.current && knownGood === version.knownGood) return version
    return { ...version, current, knownGood, marked: version.marked && knownGood }
  })
}
