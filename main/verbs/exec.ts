import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { withLease } from '../container/command-leases.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { type ExecContext, envList, withProvidedEnv } from '../container/launch/exec-context.ts'
import { commandUser, execContext } from '../container/launch/prepare-launch.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { CommandLease } from '../docker/exec/end-command.ts'
import { type ExecSpec, exec as execIn, execInteractive } from '../docker/exec/exec.ts'
import { readCurrentState } from '../environment/current-state.ts'
import { findRunning, type ServiceName } from '../environment/find-service.ts'
import { launchOfContainer } from '../environment/image/launch-version.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/** The streams of a command inside an environment; with `tty`, a terminal and its size. */
export interface Terminal {
  stdin: Readable
  stdout: Writable
  stderr: Writable
  tty: boolean
  /** Whether input is passed on at all. */
  interactive: boolean
  size?: () => { columns: number; rows: number }
  onResize?: (listener: () => Promise<void>) => () => void
}

/**
 * The user's shell, else bash, else /bin/sh: not every user has an account, or one that may log in. The encoding is
 * UTF-8, as in the person's terminal, even if the image sets another encoding or none.
 */
const SHELL = `case "\${LC_ALL:-\${LC_CTYPE:-$LANG}}" in *[Uu][Tt][Ff]*) ;; *) unset LC_ALL; export LC_CTYPE=C.UTF-8 ;; esac
me=$(id -un 2>/dev/null || id -u)
s=$(getent passwd "$me" 2>/dev/null || grep "^$me:" /etc/passwd 2>/dev/null); s="\${s##*:}"
case $s in */nologin | */false | */true) s= ;; esac
[ -x "$s" ] && [ "$s" != /bin/sh ] || s=$(command -v bash || echo /bin/sh); exec "$s"`

/**
 * Runs a command in a project's environment, as its remote user, in its workspace. Returns the command's exit code. If it
 * is interrupted, its program and everything that the program started get the same signal, and are ended if they ignore
 * it. In a `service` other than the one that a person works in, it runs as the container's user, in the container's
 * working folder.
 * Errors: `environment-not-running`, `environment-paused`, `version-gone`, `cancelled`; `service-unknown`,
 * `service-not-running`, `service-missing`.
 */
export async function exec(
  host: Host,
  project: Project,
  command: string[],
  terminal: Terminal,
  run: Run,
  service?: ServiceName,
): Promise<number> {
  const { engine, facts } = await readCurrentState(host, project)
  const container = await findRunning(host.home, project, facts, service)
  await using provided = await contextIn(host, project, engine, container, run)
  const { own } = provided
  const { tty } = terminal
  return await withLease(host, project, { container: container.id, user: own.user, tty }, (lease) =>
    execAs(engine, container.id, command, own, terminal, run.signal, lease),
  ).catch((error: unknown) => {
    if (!isProductError(error, 'cancelled')) throw error
    throw productError('cancelled', { left: 'What the command did until then stays.' }, { cause: error })
  })
}

/**
 * How a command runs in a container. In the container that a person works in, the definition decides, and secrets and
 * forwarded values are available; in another service of Compose files, its image and these files decide.
 */
async function contextIn(
  host: Host,
  project: Project,
  engine: Engine,
  container: EnvironmentContainer,
  run: Run,
): Promise<{ own: ExecContext } & AsyncDisposable> {
  if (container.isEntry === false)
    return {
      own: { user: undefined, cwd: undefined, env: {}, localEnv: {}, secretVariables: [] },
      [Symbol.asyncDispose]: async () => {},
    }
  const launch = await launchOfContainer(host, project, container)
  const folder = host.home.project(project.key)
  // One of its own: what start-up files leave running goes on when the command ends.
  const command = { container: container.id, user: commandUser(launch), tty: false }
  const context = await withLease(host, project, command, (lease) =>
    execContext(engine, folder, launch, container.id, { ...run, ...lease }),
  )
  const { values: secrets } = await launch.secrets()
  const forwarded = await launch.forward()
  return {
    own: withProvidedEnv(context, { forwarded: forwarded.env, secrets }),
    [Symbol.asyncDispose]: async () => forwarded[Symbol.asyncDispose](),
  }
}

/** Opens the user's own shell in a project's environment. Errors as `exec`. */
export function shell(
  host: Host,
  project: Project,
  terminal: Terminal,
  run: Run,
  service?: ServiceName,
): Promise<number> {
  return exec(host, project, ['/bin/sh', '-c', SHELL], terminal, run, service)
}

/**
 * Runs a command in a container in a given context. If it is interrupted, it gets the signal and returns the exit code
 * that results. `lease`: in a container that goes on.
 */
export function execAs(
  engine: Engine,
  container: string,
  command: string[],
  context: ExecContext,
  terminal: Terminal,
  signal: AbortSignal,
  lease: Partial<CommandLease> = {},
): Promise<number> {
  const { user, cwd, env } = context
  const spec: ExecSpec = { command, user, cwd, env: envList(env), whenCancelled: 'ask', ...lease }
  if (terminal.interactive) return execInteractive(engine, container, spec, terminal, signal)
  const write = (text: string, stream: 'stdout' | 'stderr') => {
    const to = terminal[stream]
    // The owner of the stream reports a failed drain.
    return to.write(text) ? undefined : once(to, 'drain', { signal }).catch(() => {})
  }
  return execIn(engine, container, spec, write, signal)
}
