import type { RunConfig } from '../../../shared/definition.ts'
import { productError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import { isPartName, labelOf, volumeName } from '../../data/volumes.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import { externalVolumes } from './compose-create-request.ts'

/**
 * Refuses a volume that could be a part of the project's data: code inside can see the names of these, and would write
 * into a snapshot. `file` is the definition's. Error: `definition-invalid`.
 */
export function refuseDataParts(
  key: ProjectKey,
  file: string,
  run: RunConfig,
  composed: ComposedService | undefined,
): void {
  const mounts = run.workspaceMount ? [run.workspaceMount, ...run.mounts] : run.mounts
  const named = mounts.flatMap((mount) => (mount.kind === 'volume' ? [volumeName(key, mount.source)] : []))
  const external = externalVolumes(composed, run).map(({ Source }) => Source)
  const part = [...named, ...external].find((name) => isPartName(key, name))
  if (part === undefined) return
  const problem = `a volume cannot be called "${labelOf(key, { name: part })}": 12 hexadecimal digits are the name of a part of the project's data`
  throw productError('definition-invalid', { file, problem })
}
