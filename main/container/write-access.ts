import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import { isProductError, isSystemError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { isBelow } from '../data/workspace-mount.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { execOutput } from '../docker/exec/exec.ts'
import { isRootless } from '../docker/rootless.ts'
import { commandUser, type Launch } from './prepare-launch.ts'

/** A folder inside that a user cannot write: whose it is (`uid:gid`) and its mode in octal, where that can be seen. */
interface UnwritableFolder {
  path: string
  owner?: string
  mode?: string
}

/** As whom commands run in a container, and which of the folders that were asked for that user cannot write. */
export interface WriteAccess {
  uid: number
  gid: number
  unwritable: UnwritableFolder[]
}

export const isRoot = (user: string | undefined): boolean => /^(?:root|0)?(?::|$)/.test(user ?? '')

/** The shell itself knows its user and what that user may write; the owner of a folder needs a program of the image. */
const PROBE = `{ while read -r name _ id _; do
  case $name in Uid:) uid=$id ;; Gid:) gid=$id ;; esac
done < /proc/self/status; } 2>/dev/null
echo "$uid $gid"
at=0
for path; do
  at=$((at + 1))
  [ -w "$path" ] && [ -x "$path" ] || echo "$at $(ls -ldn "$path" 2>/dev/null)"
done`

/**
 * Looks as a user of a container which folders that user cannot write. Undefined if it cannot be probed: there is no
 * shell, or no such user. Errors: `engine-unreachable`, `cancelled`.
 */
export async function probeWriteAccess(
  engine: Engine,
  container: string,
  user: string | undefined,
  folders: string[],
  run: Pick<Run, 'signal'>,
): Promise<WriteAccess | undefined> {
  const command = ['/bin/sh', '-c', PROBE, 'sh', ...folders]
  const answer = await execOutput(engine, container, { command, user, cwd: '/' }, run.signal).catch(
    (error: unknown) => {
      if (isProductError(error, 'engine-refused')) return undefined
      throw error
    },
  )
  return answer && parseWriteAccess(answer.stdout, folders)
}

/** Reads what the look printed. */
export function parseWriteAccess(text: string, folders: string[]): WriteAccess | undefined {
  const [ids = '', ...lines] = text.split('\n')
  const [, uid, gid] = /^(\d+) (\d+)$/.exec(ids) ?? []
  if (uid === undefined || gid === undefined) return undefined
  const unwritable = lines.flatMap((line): UnwritableFolder[] => {
    const [, at, mode, owner, group] = /^(\d+) (?:.([-rwxsStT]{9})\S* +\d+ +(\d+) +(\d+) )?/.exec(line) ?? []
    const path = folders[Number(at) - 1]
    if (path === undefined) return []
    return [{ path, ...(mode && { mode: octal(mode), owner: `${owner}:${group}` }) }]
  })
  return { uid: Number(uid), gid: Number(gid), unwritable }
}

/** `rwxr-xr-x` as 755, ignoring any further letters. */
const octal = (mode: string): string =>
  [0, 3, 6]
    .map((at) => [...mode.slice(at, at + 3)].reduce((sum, bit) => sum * 2 + (/[rwxst]/.test(bit) ? 1 : 0), 0))
    .join('')

/**
 * Why commands cannot write the workspace, or their user a volume of the definition's, and what helps;
 * undefined where nothing is known to be wrong. Errors: `engine-unreachable`, `cancelled`.
 */
export async function cannotWrite(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Pick<Run, 'signal'>,
): Promise<{ problem: string; remedy: string } | undefined> {
  const readOnly = engine.local ? await readOnlyWorkspace(launch.run) : undefined
  if (readOnly) return readOnly
  const user = commandUser(launch)
  if (isRoot(user)) return undefined
  const { workspaceMount, workspaceFolder, mounts } = launch.run
  const volumes = mounts.filter((mount) => mount.kind === 'volume' && !mount.readOnly)
  const folders = [
    ...(workspaceMount?.kind === 'bind' && workspaceMount.readOnly ? [] : [workspaceFolder]),
    ...volumes.map(({ target }) => target),
  ]
  const writeAccess = await probeWriteAccess(engine, container, user, folders, run)
  const [unwritable] = writeAccess?.unwritable ?? []
  if (!writeAccess || !unwritable) return undefined
  const volume = volumes.find(({ target }) => target === unwritable.path)
  // The ownership warning covers that case.
  if (!volume && launch.run.options.userns === undefined && (await isRootless(engine))) return undefined
  const who = user === String(writeAccess.uid) ? user : `${user} (${writeAccess.uid})`
  const whose = unwritable.owner ? `, which belongs to ${unwritable.owner} with mode ${unwritable.mode}` : ''
  if (volume?.kind === 'volume') {
    const owner = `-o ${writeAccess.uid} -g ${writeAccess.gid}`
    return {
      problem: `The user ${who} cannot write the volume ${volume.source} at ${unwritable.path}${whose}.`,
      remedy: `Give it to that user inside (chown), or make its folder in the Dockerfile ("RUN install -d ${owner} ${unwritable.path}") and let a new volume take its place ("pristine rm --data" removes the data).`,
    }
  }
  const source = workspaceMount?.kind === 'bind' ? placeOutside(workspaceMount, workspaceFolder) : undefined
  if (unwritable.owner?.startsWith(`${writeAccess.uid}:`)) {
    const at = source === undefined ? 'inside' : 'on this computer'
    const remedy = `Let its owner write it ${at} ("chmod u+w ${source ?? unwritable.path}"), unless it is mounted read-only.`
    return { problem: `The user ${who} cannot write the workspace ${unwritable.path}${whose}.`, remedy }
  }
  const give =
    source === undefined
      ? ''
      : `Give the folder to that user on this computer ("sudo chown -R ${writeAccess.uid} ${source}"), or let `
  const owner = unwritable.owner ? ` ("remoteUser": "${unwritable.owner}")` : ''
  return {
    problem: `The user ${who} cannot write the workspace ${unwritable.path}${whose}.`,
    remedy: `${give === '' ? 'Let ' : give}commands run as its owner${owner}.`,
  }
}

/** Where a folder inside lies on this computer: of a repository that is mounted whole, only the project's folder is meant. */
export function placeOutside({ source, target }: { source: string; target: string }, inside: string): string {
  return isBelow(inside, target) ? path.join(source, path.posix.relative(target, inside)) : source
}

/** Nobody can write a mount that is read-only on this computer, not even root. */
async function readOnlyWorkspace({ workspaceMount, workspaceFolder }: RunConfig) {
  if (workspaceMount?.kind !== 'bind' || workspaceMount.readOnly) return undefined
  const { source } = workspaceMount
  const problem = await access(source, constants.W_OK).catch((error: unknown) => error)
  if (!isSystemError(problem, 'EROFS')) return undefined
  return {
    problem: `Nobody can write the workspace ${workspaceFolder}: ${source} is mounted read-only on this computer.`,
    remedy: 'Mount it for writing there, or let commands write elsewhere.',
  }
}

/** A failed hook's error, with why its user cannot write there where they work, if that is so; else the error itself. */
export async function explainWriteFailure(
  engine: Engine,
  launch: Launch,
  container: string,
  error: unknown,
): Promise<unknown> {
  if (!isProductError(error, 'hook-failed')) return error
  const explained = await cannotWrite(engine, launch, container, {
    signal: new AbortController().signal,
  }).catch(() => undefined)
  return explained
    ? productError('hook-failed', { ...error.data, cannotWrite: explained } as never, { cause: error })
    : error
}
