import path from 'node:path'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { containerChanges } from '../../docker/containers.ts'
import { execOutput } from '../../docker/exec/exec.ts'
import { commandUser, type Launch } from '../launch/prepare-launch.ts'
import { isRoot, probeWriteAccess } from './write-access.ts'

const ADDED = 1
const OF_ROOT = /^0:/

/** Gives folders to an owner; of a volume only one that holds nothing. What cannot be given stays as it is. */
const CHOWN = `owner=$1; shift
for at; do
  kind=\${at%%:*} at=\${at#*:}
  [ $kind = volume ] && [ "$(ls -A "$at")" ] && continue
  chown "$owner" "$at"
done`

/**
 * Gives the user of a new container's commands the root-owned folders that the engine created for the definition's
 * mounts: empty volumes that are `fresh`, unless the image sets their owner, and the folders above mount points that
 * the image does not have. A folder of this computer is never given away. Errors: `engine-…`, `cancelled`.
 */
export async function chownMounts(
  engine: Engine,
  launch: Launch,
  container: string,
  fresh: string[],
  run: Run,
): Promise<void> {
  const user = commandUser(launch)
  const { mounts, workspaceMount } = launch.run
  if (isRoot(user) || mounts.length === 0) return
  const binds = [...mounts, ...(workspaceMount ? [workspaceMount] : [])].filter(({ kind }) => kind === 'bind')
  const ofThisComputer = (folder: string) =>
    binds.some(({ target }) => folder === target || folder.startsWith(`${target}/`))
  const volumes = mounts.flatMap(({ kind, target }) =>
    kind === 'volume' && fresh.includes(target) ? [target] : [],
  )
  const above = new Set(
    mounts.flatMap(({ target }) => ancestors(target).filter((folder) => !ofThisComputer(folder))),
  )
  const workplace = await probeWriteAccess(engine, container, user, [...volumes, ...above], run)
  const closed = (workplace?.unwritable ?? [])
    .filter(({ owner }) => OF_ROOT.test(owner ?? ''))
    .map(({ path }) => path)
  if (!workplace || closed.length === 0) return
  const made = closed.some((folder) => above.has(folder)) ? await addedFolders(engine, container) : new Set()
  const given = closed.flatMap((folder) => {
    if (volumes.includes(folder)) return [`volume:${folder}`]
    return made.has(folder) ? [`folder:${folder}`] : []
  })
  if (given.length === 0) return
  const command = ['/bin/sh', '-c', CHOWN, 'sh', `${workplace.uid}:${workplace.gid}`, ...given]
  await execOutput(engine, container, { command, user: '0', cwd: '/' }, run.signal)
}

/** The folders above a path, without the root. */
export function ancestors(target: string): string[] {
  const above = path.posix.dirname(target)
  return above === '/' || above === '.' ? [] : [...ancestors(above), above]
}

/** What a container that has just been started has beside its image: what the engine made for its mounts. */
async function addedFolders(engine: Engine, container: string): Promise<Set<string>> {
  const changes = await containerChanges(engine, container)
  return new Set(changes.flatMap(({ path, kind }) => (kind === ADDED ? [path] : [])))
}
