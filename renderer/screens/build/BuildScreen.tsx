import type { OperationId, ProjectKey } from '../../../shared/ids.ts'

/** One operation's steps and logs. */
export default function BuildScreen({ operation }: { project: ProjectKey; operation: OperationId }) {
  return <h1>{operation}</h1>
}
