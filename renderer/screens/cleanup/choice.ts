import type { CleanupChoice, CleanupProject } from '../../../shared/cleanup.ts'
import type { ProjectKey } from '../../../shared/ids.ts'

/** What a person may choose: one version or one volume of one project. */
export interface Item {
  id: string
  project: ProjectKey
  name: string
  kind: 'version' | 'volume'
  /** The version's ordinal as v9, or the volume's name. */
  label: string
  bytes: number | null
}

/** Everything that may be removed, of every project; what is locked is not among it. */
export function itemsOf(projects: CleanupProject[]): Item[] {
  return projects.flatMap(({ key: project, name, versions, volumes }) => [
    ...versions
      .filter(({ locked }) => locked === null)
      .map(
        ({ id, ordinal, bytes }): Item => ({
          id,
          project,
          name,
          kind: 'version',
          label: `v${ordinal}`,
          bytes,
        }),
      ),
    ...volumes
      .filter(({ inUse }) => !inUse)
      .map(
        (volume): Item => ({
          id: volume.name,
          project,
          name,
          kind: 'volume',
          label: volume.name,
          bytes: volume.bytes,
        }),
      ),
  ])
}

/** What is chosen for a person at first: versions that are older than those that are kept. Never data. */
export const oldVersions = (projects: CleanupProject[]): Set<string> =>
  new Set(
    projects.flatMap(({ versions }) =>
      versions.filter(({ old, locked }) => old && locked === null).map(({ id }) => id),
    ),
  )

/** The chosen items as requests, one a project. */
export function choicesOf(chosen: Item[]): CleanupChoice[] {
  return [...Map.groupBy(chosen, ({ project }) => project)].map(([project, items]) => ({
    project,
    versions: items
      .filter(({ kind }) => kind === 'version')
      .map(({ id }) => id as CleanupChoice['versions'][number]),
    volumes: items.filter(({ kind }) => kind === 'volume').map(({ id }) => id),
  }))
}

/** What removing them would free, in bytes; what is not known counts nothing. */
export const bytesOf = (items: Item[]): number => items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
