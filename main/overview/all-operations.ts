import path from 'node:path'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Operation } from '../../shared/operation.ts'
import type { Host } from '../host/host.ts'
import { describeOperation, operationIds, withoutError } from '../operation/list-operations.ts'
import { recordedProjects } from '../store/project-records.ts'

/** At most this many operations are listed. */
const MAX = 200

/** The recorded operations of a project, or of all on the list, newest first. */
export async function listAllOperations(
  host: Host,
  only: ProjectKey | undefined,
): Promise<(Operation & { project: ProjectKey; name: string })[]> {
  const recorded = (await recordedProjects(host)).filter(({ key }) => only === undefined || key === only)
  const found = await Promise.all(
    recorded.map(async ({ key, path: folder }) => {
      const ids = await operationIds(host.home.project(key))
      return ids.map((id) => ({ id, project: key, name: path.basename(folder) || 'root' }))
    }),
  )
  // The names of recordings sort by time.
  const newest = found
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, MAX)
  const listed = await Promise.all(
    newest.map(async ({ id, project, name }) => {
      const operation = await describeOperation(host.home.project(project), id)
      return operation ? [{ ...withoutError(operation), project, name }] : []
    }),
  )
  return listed.flat()
}
