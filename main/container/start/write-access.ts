import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../../shared/definition.ts'
import { isProductError, isSystemError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { isBelow } from '../../data/workspace-mount.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { execOutput } from '../../docker/exec/exec.ts'
import { isRootless } from '../../docker/rootless.ts'
import { commandUser, type Launch } from '../launch/prepare-launch.ts'

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
  /** The user's home, where that user cannot write it; of an account without one (`/`) there is none. */
  unwritableHome?: UnwritableFolder & { missing: boolean }
}

/** A folder inside that the user of commands cannot write: why, and what helps. */
export interface WriteProblem {
  path: string
  isHome: boolean
  problem: string
  remedy: string
}

export const isRoot = (user: string | undefined): boolean => /^(?:root|0)?(?::|$)/.test(user ?? '')

/** The shell itself knows its user and what that user may write; the owner of a folder needs a program of the image. */
const PROBE = `{ while read -r name _ id _; do
  case $name in Uid:) uid=$id ;; Gid:) gid=$id ;; esac
done < /proc/self/status; } 2>/dev/null
echo "$uid $gid $HOME"
open() { [ -w "$1" ] && [ -x "$1" ]; }
list() { ls -ldn "$1" 2>/dev/null; }
at=0
for path; do
  at=$((at + 1))
  open "$path" || echo "$at $(list "$path")"
done
case $HOME in
  /?*) open "$HOME" || if [ -e "$HOME" ]; then echo "home $(list "$HOME")"; else echo missing; fi ;;
esac`

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
  const [, uid, gid, home] = /^(\d+) (\d+)(?: (.*))?$/.exec(ids) ?? []
  if (uid === undefined || gid === undefined) return undefined
  const unwritable: UnwritableFolder[] = []
  let unwritableHome: WriteAccess['unwritableHome']
  for (const line of lines) {
    const [, at, mode, owner, group] =
      /^(\d+|home|missing)(?: .([-rwxsStT]{9})\S* +\d+ +(\d+) +(\d+) )?/.exec(line) ?? []
    const isHome = at === 'home' || at === 'missing'
    const path = isHome ? home : folders[Number(at) - 1]
    if (path === undefined) continue
    const found = { path, ...(mode && { mode: octal(mode), owner: `${owner}:${group}` }) }
    if (isHome) unwritableHome = { ...found, missing: at === 'missing' }
    else unwritable.push(found)
  }
  return { uid: Number(uid), gid: Number(gid), unwritable, ...(unwritableHome && { unwritableHome }) }
}

/** `rwxr-xr-x` as 755, ignoring any further letters. */
const octal = (mode: string): string =>
  [0, 3, 6]
    .map((at) => [...mode.slice(at, at + 3)].reduce((sum, bit) => sum * 2 + (/[rwxst]/.test(bit) ? 1 : 0), 0))
    .join('')

/**
 * What of the workspace, the definition's volumes and their home the user of commands cannot write, why, and what helps;
 * empty where nothing is known to be wrong. Errors: `engine-unreachable`, `cancelled`.
 */
export async function cannotWrite(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Pick<Run, 'signal'>,
): Promise<WriteProblem[]> {
  const readOnly = engine.local ? await readOnlyWorkspace(launch.run) : undefined
  if (readOnly) return [readOnly]
  const user = commandUser(launch)
  if (isRoot(user)) return []
  const { workspaceMount, workspaceFolder } = launch.run
  const folders = [
    ...(workspaceMount?.kind === 'bind' && workspaceMount.readOnly ? [] : [workspaceFolder]),
    ...ownVolumes(launch).map(({ target }) => target),
  ]
  const writeAccess = await probeWriteAccess(engine, container, user, folders, run)
  if (!writeAccess) return []
  const who = user === String(writeAccess.uid) ? user : `${user} (${writeAccess.uid})`
  const folder = await folderProblem(engine, launch, writeAccess, who)
  const home = homeProblem(launch, writeAccess, who)
  return [...(folder ? [folder] : []), ...(home && home.path !== folder?.path ? [home] : [])]
}

/**
 * The volumes of the definition's that its commands may write. Those that a feature or an image mounts are often for a
 * daemon of its own, which runs as root.
 */
const ownVolumes = ({ run, ownMounts }: Launch) =>
  run.mounts.flatMap((mount) =>
    mount.kind === 'volume' && !mount.readOnly && ownMounts.includes(mount.target) ? [mount] : [],
  )

const ownerOf = ({ owner, mode }: UnwritableFolder): string =>
  owner ? `, which belongs to ${owner} with mode ${mode}` : ''

async function folderProblem(
  engine: Engine,
  launch: Launch,
  { uid, gid, unwritable: [unwritable] }: WriteAccess,
  who: string,
): Promise<WriteProblem | undefined> {
  if (!unwritable) return undefined
  const { workspaceMount, workspaceFolder } = launch.run
  const volume = ownVolumes(launch).find(({ target }) => target === unwritable.path)
  // The ownership warning covers that case.
  if (!volume && launch.run.options.userns === undefined && (await isRootless(engine))) return undefined
  const at = { path: unwritable.path, isHome: false }
  if (volume) {
    return {
      ...at,
      problem: `The user ${who} cannot write the volume ${volume.source} at ${unwritable.path}${ownerOf(unwritable)}.`,
      remedy: `Give it to that user inside (chown), or make its folder in the Dockerfile ("RUN install -d -o ${uid} -g ${gid} ${unwritable.path}") and let a new volume take its place ("pristine rm --data" removes the data).`,
    }
  }
  const problem = `The user ${who} cannot write the workspace ${unwritable.path}${ownerOf(unwritable)}.`
  const source = workspaceMount?.kind === 'bind' ? placeOutside(workspaceMount, workspaceFolder) : undefined
  if (unwritable.owner?.startsWith(`${uid}:`)) {
    const where = source === undefined ? 'inside' : 'on this computer'
    const remedy = `Let its owner write it ${where} ("chmod u+w ${source ?? unwritable.path}"), unless it is mounted read-only.`
    return { ...at, problem, remedy }
  }
  const give =
    source === undefined
      ? ''
      : `Give the folder to that user on this computer ("sudo chown -R ${uid} ${source}"), or let `
  const owner = unwritable.owner ? ` ("remoteUser": "${unwritable.owner}")` : ''
  return { ...at, problem, remedy: `${give === '' ? 'Let ' : give}commands run as its owner${owner}.` }
}

/** Where the root file system is read-only, or commands are given another `HOME`, the account's home is not used. */
function homeProblem(
  { run }: Launch,
  { uid, gid, unwritableHome: home }: WriteAccess,
  who: string,
): WriteProblem | undefined {
  if (!home || run.sealed || run.options.readOnly || 'HOME' in run.remoteEnv) return undefined
  const problem = home.missing
    ? `The user ${who} has no home: ${home.path} does not exist.`
    : `The user ${who} cannot write the home ${home.path}${ownerOf(home)}.`
  const command = home.owner?.startsWith(`${uid}:`)
    ? `chmod u+rwx ${home.path}`
    : `mkdir -p ${home.path} && chown ${uid}:${gid} ${home.path}`
  const remedy = `Programs keep settings and caches there: give that user one in the Dockerfile ("RUN ${command}").`
  return { path: home.path, isHome: true, problem, remedy }
}

/** Where a folder inside lies on this computer: of a repository that is mounted whole, only the project's folder is meant. */
export function placeOutside({ source, target }: { source: string; target: string }, inside: string): string {
  return isBelow(inside, target) ? path.join(source, path.posix.relative(target, inside)) : source
}

/** Nobody can write a mount that is read-only on this computer, not even root. */
async function readOnlyWorkspace({
  workspaceMount,
  workspaceFolder,
}: RunConfig): Promise<WriteProblem | undefined> {
  if (workspaceMount?.kind !== 'bind' || workspaceMount.readOnly) return undefined
  const { source } = workspaceMount
  const problem = await access(source, constants.W_OK).catch((error: unknown) => error)
  if (!isSystemError(problem, 'EROFS')) return undefined
  return {
    path: workspaceFolder,
    isHome: false,
    problem: `Nobody can write the workspace ${workspaceFolder}: ${source} is mounted read-only on this computer.`,
    remedy: 'Mount it for writing there, or let commands write elsewhere.',
  }
}

/** Exit codes of a shell for a command that it cannot execute, or does not find (POSIX, "Exit Status for Commands"). */
const NOT_RUN = [126, 127]

/**
 * A failed hook's error, with why its user cannot write there where they work, if that is so; else the error itself. A home
 * counts only where the hook names it: most hooks need none. A command that did not run had nothing to write.
 */
export async function explainWriteFailure(
  engine: Engine,
  launch: Launch,
  container: string,
  error: unknown,
): Promise<unknown> {
  if (!isProductError(error, 'hook-failed') || NOT_RUN.includes(error.data['code'] as number)) return error
  const { signal } = new AbortController()
  const found = await cannotWrite(engine, launch, container, { signal }).catch(() => [])
  const output = (error.data['output'] as string[]).join('\n')
  const reason = found.find(({ isHome, path }) => !isHome || output.includes(path))
  if (!reason) return error
  const { problem, remedy } = reason
  return productError('hook-failed', { ...error.data, cannotWrite: { problem, remedy } } as never, {
    cause: error,
  })
}
