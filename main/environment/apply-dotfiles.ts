import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Dotfiles } from '../../shared/settings.ts'
import { type ExecContext, envList, withProvidedEnv } from '../container/launch/exec-context.ts'
import { execContext, type Launch } from '../container/launch/prepare-launch.ts'
import { redactLocal } from '../container/redact-secrets.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { reasonOf } from '../docker/connection/engine-call.ts'
import { containerChanges } from '../docker/containers.ts'
import { exec, execOutput } from '../docker/exec/exec.ts'
import { putFiles } from '../docker/put-files.ts'
import { LastLines } from '../docker/streams/last-lines.ts'
import type { PathChange } from '../drift/paths.ts'
import type { Host } from '../host/host.ts'
import { readDotfiles } from '../personal/fetch-dotfiles.ts'
import { readSettings } from '../store/settings.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** In milliseconds: an installation that takes longer is no longer waited for. */
const DEADLINE = 5 * 60_000
/** At most this many lines of a failure are reported. */
const REPORTED_LINES = 10

/** The names of installers; the first one found runs, as with the Dev Containers CLI (`--dotfiles-install-command`). */
const INSTALLERS =
  'install.sh install bootstrap.sh bootstrap script/bootstrap setup.sh setup script/setup'.split(' ')

/** Runs the given command, else the first installer found, else links each dotfile into the home folder. */
const INSTALL = `cd "$HOME/dotfiles" || exit
if [ -n "$1" ]; then
  [ -f "./$1" ] || exec /bin/sh -c "$1"
  chmod +x "./$1"; exec "./$1"
fi
for name in ${INSTALLERS.join(' ')}; do
  [ -f "$name" ] || continue
  chmod +x "$name"; exec "./$name"
done
for name in .[!.]*; do
  case "$name" in .git | .github | .gitattributes | .gitmodules | '.[!.]*') continue ;; esac
  if [ -d "$HOME/$name" ] && [ ! -L "$HOME/$name" ]; then echo "$HOME/$name is a folder, and stays as it is."
  else ln -sfn "$PWD/$name" "$HOME/$name" || exit; fi
done`

/**
 * Copies the person's dotfiles into a new, ready container, and installs them as the user that commands run as. A failure
 * does not make the environment unusable: it is reported as a warning. Errors: `cancelled`.
 */
export async function applyDotfiles(
  host: Pick<Host, 'home'>,
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
): Promise<void> {
  const { dotfiles } = await readSettings(host.home)
  if (!dotfiles) return
  const warn = (why: string) =>
    run.report({ kind: 'warning', text: `Your dotfiles are not installed: ${why}` })
  if (launch.run.sealed) return warn('the environment is sealed, so that nothing can be written to its home.')
  const step = { kind: 'step', id: 'dotfiles', name: 'Dotfiles', phase: 'dotfiles' } as const
  run.report({ ...step, state: 'running' })
  const own = redactLocal(run, launch)
  const problem = await install(host, engine, launch, container, dotfiles, own).catch((error: unknown) => {
    if (run.signal.aborted) throw error
    return isProductError(error, 'cancelled') ? 'they took longer than five minutes.' : reasonOf(error)
  })
  run.report({ ...step, state: problem === undefined ? 'done' : 'failed' })
  if (problem !== undefined) warn(problem)
}

/** Returns the reason if they could not be installed. */
async function install(
  { home }: Pick<Host, 'home'>,
  engine: Engine,
  launch: Launch,
  container: string,
  dotfiles: Dotfiles,
  run: Run,
): Promise<string | undefined> {
  const files = await readDotfiles(home, dotfiles)
  if (!files) return 'what was fetched of them is gone; set them again.'
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(DEADLINE)])
  const before = new Set((await containerChanges(engine, container)).map(({ path }) => path))
  const plain = await execContext(engine, undefined, launch, container, { signal, report: () => {} })
  const owner = await ownerOf(engine, container, plain, signal)
  if (!owner) return 'the container has no /bin/sh, or the user no home.'
  await putFiles(engine, container, owner, files)
  await using forwarded = await launch.forward()
  const { user, env } = withProvidedEnv(plain, { forwarded: forwarded.env, secrets: {} })
  const output = new LastLines()
  const command = ['/bin/sh', '-c', INSTALL, 'dotfiles', dotfiles.install ?? '']
  const write = (text: string) => {
    output.add(text)
    run.report({ kind: 'log', step: 'dotfiles', text })
  }
  const spec = { command, user, env: envList(env), filter: run.filter }
  const code = await exec(engine, container, spec, write, signal)
  const after = await containerChanges(engine, container)
  const fromDotfiles = after.map(({ path }) => path).filter((path) => !before.has(path))
  const folder = home.project(launch.parts.project.key)
  await writeFileWhole(
    fileOf(folder),
    JSON.stringify({ container, paths: fromDotfiles } satisfies DotfilePaths),
  )
  return code === 0
    ? undefined
    : [`they ended with ${code}.`, ...output.lines.slice(-REPORTED_LINES)].join('\n')
}

async function ownerOf(
  engine: Engine,
  container: string,
  { user }: ExecContext,
  signal: AbortSignal,
): Promise<{ home: string; uid: number; gid: number } | undefined> {
  const command = ['/bin/sh', '-c', 'id -u; id -g; cd && pwd']
  const { code, stdout } = await execOutput(engine, container, { command, user }, signal)
  const [uid = '', gid = '', home = ''] = stdout.split('\n')
  return code === 0 && home.startsWith('/') ? { home, uid: Number(uid), gid: Number(gid) } : undefined
}

const DotfilePaths = z.object({ container: z.string(), paths: z.array(z.string()) })
type DotfilePaths = z.infer<typeof DotfilePaths>

const fileOf = (folder: string): string => path.join(folder, 'dotfiles.json')

/**
 * Separates the changes of a container into those that its dotfiles made and all others. `folder`: the project's folder
 * in the data folder.
 */
export async function withoutDotfiles(
  folder: string,
  container: string,
  changes: PathChange[],
): Promise<{ rest: PathChange[]; fromDotfiles: PathChange[] }> {
  const fromDotfiles = new Set(await readDotfilePaths(folder, container))
  return {
    rest: changes.filter(({ path }) => !fromDotfiles.has(path)),
    fromDotfiles: changes.filter(({ path }) => fromDotfiles.has(path)),
  }
}

async function readDotfilePaths(folder: string, container: string): Promise<string[]> {
  try {
    const found = DotfilePaths.parse(JSON.parse(await readFile(fileOf(folder), 'utf8')))
    return found.container === container ? found.paths : []
  } catch {
    return []
  }
}
