import path from 'node:path'
import type { Run } from '../../../shared/operation.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import { isBelow } from '../../data/workspace-mount.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { copyInto } from '../../docker/copy-files.ts'
import { execOutput } from '../../docker/exec/exec.ts'
import type { HistoricInput } from '../../plan/historic-inputs.ts'
import { hookOwner } from './file-owner.ts'
import type { WorkspaceCopy } from './workspace-copy.ts'
import { replacedIn, rootTar, workspaceCopyTar } from './workspace-copy-tar.ts'

/**
 * Fills the workspace copies of a container that does not run yet, and returns what each contains, in the form of
 * `workspaceCopyTar`.
 * Errors: `input-unreadable`, `cancelled`, those of the engine.
 */
export async function fillWorkspaceCopies(
  engine: Engine,
  launch: Launch,
  container: string,
  copies: WorkspaceCopy[],
  { historic, targets }: { historic: HistoricInput[]; targets: string[] },
  run: Run,
): Promise<Map<WorkspaceCopy, Map<string, string>>> {
  const { parts } = launch
  const owner = await hookOwner(engine, launch, container, run)
  const step = { kind: 'step', id: 'view', name: 'Copy the workspace for the hooks', phase: 'bake' } as const
  run.report({ ...step, state: 'running' })
  const all = new Map<WorkspaceCopy, Map<string, string>>()
  try {
    for (const copy of copies) {
      const copied = new Map<string, string>()
      all.set(copy, copied)
      const extra = targets
        .filter((at) => at !== copy.target && isBelow(at, copy.target))
        .map((at) => path.posix.relative(copy.target, at))
      const replaced = replacedIn(copy, parts.project.path, historic)
      // The folder itself is part of the tar of the folder above: otherwise the engine gives it no owner.
      const root = rootTar(path.posix.basename(copy.target), owner)
      await copyInto(engine, container, path.posix.dirname(copy.target), root, run)
      await copyInto(
        engine,
        container,
        copy.target,
        workspaceCopyTar(copy, owner, { replaced, extra }, copied),
        run,
      )
    }
  } catch (error) {
    run.report({ ...step, state: 'failed' })
    throw error
  }
  run.report({ ...step, state: 'done' })
  return all
}

/**
 * Gives the folders of the workspace copies to the user who runs the hooks, in a running container. Podman leaves a
 * volume's own folder to root, whatever is unpacked there. If the image cannot do that, the hook that cannot write
 * there reports it.
 * Errors: those of the engine.
 */
export async function chownWorkspaceCopies(
  engine: Engine,
  launch: Launch,
  container: string,
  copies: WorkspaceCopy[],
  run: Run,
): Promise<void> {
  if (copies.length === 0 || (await engineVersion(engine)).name !== 'Podman') return
  const { uid, gid } = await hookOwner(engine, launch, container, run)
  const command = ['chown', `${uid}:${gid}`, ...copies.map(({ target }) => target)]
  await execOutput(engine, container, { command, user: '0', cwd: '/' }, run.signal)
}
