import type { OperationId } from '../../../shared/ids.ts'
import type { OperationKind } from '../../../shared/operation.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { isOver, isUpdating } from './environment-state.ts'

/** What a page of an environment shows live, from its beginning until something else begins. */
export interface LiveRun {
  /** One after the other: a version is built, then swapped in. */
  operations: { id: OperationId; kind: OperationKind | undefined }[]
  /** The ordinal of what ran when it began. */
  from: number | null
  /** Whether nothing of it goes on any more. */
  ended: boolean
}

/** Whether there is nothing else to show: nothing ran when it began. */
export const isAlone = ({ from, ended }: LiveRun): boolean => from === null && !ended

/** Work that replaces or starts an environment; of other work the state shows enough. */
const SHOWN: readonly OperationKind[] = ['up', 'build', 'initialize', 'rebuild', 'reset', 'restart']

/**
 * What is live after a project changed. What ended stays until the next work begins; a failure is there from the start and
 * goes once it is over.
 */
export function followRun(run: LiveRun | undefined, project: ProjectSummary): LiveRun | undefined {
  const { operation, failure, version } = project
  if (operation) {
    const { id, kind } = operation
    if (!SHOWN.includes(kind)) return run
    if (run && !run.ended)
      return run.operations.some((one) => one.id === id)
        ? run
        : { ...run, operations: [...run.operations, { id, kind }] }
    return { operations: [{ id, kind }], from: version?.ordinal ?? null, ended: false }
  }
  if (isUpdating(project)) return run
  if (failure && failure.error.code !== 'not-trusted' && !isOver(project)) {
    const known = run?.operations.some(({ id }) => id === failure.operation)
    if (run && known) return run.ended ? run : { ...run, ended: true }
    const operations = [{ id: failure.operation, kind: undefined }]
    return { operations, from: version?.ordinal ?? null, ended: true }
  }
  return run && !run.ended ? { ...run, ended: true } : run
}
