import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { execOutput } from '../../docker/exec/exec.ts'
import { managedVolumes } from '../launch/managed-volumes.ts'
import { commandUser, type Launch } from '../launch/prepare-launch.ts'
import { ancestors } from './chown-mounts.ts'
import { probeWriteAccess } from './write-access.ts'

const MAKE = `owner=$1; shift
for at; do [ -e "$at" ] || { mkdir "$at" && chown "$owner" "$at"; }; done`

/**
 * Creates the folders for volumes in an image that is being built, owned by the user who runs commands: what a hook
 * writes there is kept in the image, and the engine fills a new volume from it. Below a folder of this computer nothing
 * is made.
 * Errors: `engine-…`, `cancelled`.
 */
export async function makeVolumeFolders(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<void> {
  const { mounts, workspaceMount } = launch.run
  const around = [...mounts, ...(workspaceMount ? [workspaceMount] : [])].filter(
    ({ kind }) => kind !== 'volume',
  )
  const volumes = managedVolumes(launch.parts)
    .map(({ target }) => target)
    .filter((target) => !around.some((one) => target.startsWith(`${one.target}/`)))
  if (volumes.length === 0) return
  const workplace = await probeWriteAccess(engine, container, commandUser(launch), [], run)
  const folders = new Set(volumes.flatMap((target) => [...ancestors(target), target]))
  const owner = `${workplace?.uid ?? 0}:${workplace?.gid ?? 0}`
  const command = ['/bin/sh', '-c', MAKE, 'sh', owner, ...folders]
  await execOutput(engine, container, { command, user: '0', cwd: '/' }, run.signal)
}
