import type { CleanupChoice, CleanupProject, UnneededStore } from '../../../shared/cleanup.ts'
import type { ProjectKey } from '../../../shared/ids.ts'

/** What a person may choose: one version or one volume of one project, or the recipes that no project needs. */
export interface Item {
  id: string
  /** Null for recipes, which are of no project any more. */
  project: ProjectKey | null
  name: string
  kind: 'version' | 'volume' | 'recipes'
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

/** The recipes that no project needs, as one thing to choose; none where there are none. */
export const recipesOf = ({ count, bytes }: UnneededStore): Item[] =>
  bytes === 0
    ? []
    : [{ id: 'recipes', project: null, name: '', kind: 'recipes', label: String(count), bytes }]

/** What is chosen for a person at first: versions that are older than those that are kept. Never data. */
export const oldVersions = (projects: CleanupProject[]): string[] =>
  projects.flatMap(({ versions }) =>
    versions.filter(({ old, locked }) => old && locked === null).map(({ id }) => id),
  )

/** The chosen items of projects as requests, one a project. */
export function choicesOf(chosen: Item[]): CleanupChoice[] {
  return [...Map.groupBy(chosen, ({ project }) => project)].flatMap(([project, items]) => {
    if (project === null) return []
    const idsOf = (kind: Item['kind']) => items.filter((item) => item.kind === kind).map(({ id }) => id)
    return { project, versions: idsOf('version') as CleanupChoice['versions'], volumes: idsOf('volume') }
  })
}

/** What removing them would free, in bytes; what is not known counts nothing. */
export const bytesOf = (items: Item[]): number => items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
