import type { ProjectKey } from '../../../shared/ids.ts'
import type { Operation } from '../../../shared/operation.ts'

export type Activity = Operation & { project: ProjectKey; name: string }

export interface ActivityGroup {
  project: ProjectKey
  name: string
  /** Newest first. */
  operations: Activity[]
}

/** Operations by project: those where something runs first, then those where something was done last. */
export function activityGroups(operations: readonly Activity[]): ActivityGroup[] {
  const newest = (a: Activity, b: Activity) => Date.parse(b.startedAt) - Date.parse(a.startedAt)
  const groups = [...Map.groupBy(operations.toSorted(newest), ({ project }) => project).values()]
  const isRunning = (group: Activity[]) => group.some(({ state }) => state === 'running')
  return groups
    .toSorted((a, b) => Number(isRunning(b)) - Number(isRunning(a)))
    .flatMap((group) => {
      const [first] = group
      return first ? [{ project: first.project, name: first.name, operations: group }] : []
    })
}
