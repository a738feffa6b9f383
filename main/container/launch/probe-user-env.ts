import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { COMMAND_VARIABLE, type CommandLease } from '../../docker/exec/end-command.ts'
import { execOutput } from '../../docker/exec/exec.ts'
import { writeFileWhole } from '../../store/write-file.ts'
import { envList, envRecord } from './exec-context.ts'
import { mergeLoginPath } from './merge-login-path.ts'

const PROBE_DEADLINE = 10_000

/** How a shell is asked: `signal` cancels it; in a container that goes on, with the lease of a command. */
export type Asking = Pick<Run, 'signal'> & Partial<CommandLease>

/** Variables of this shell alone. */
const OF_THE_SHELL = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL', COMMAND_VARIABLE])
const MARK = 'dev-pristine-environment'
const FLAGS = { loginShell: '-lc', interactiveShell: '-ic', loginInteractiveShell: '-lic' }

/**
 * The variables that the user's own shell start-up files set, as `userEnvProbe` of the Dev Containers specification
 * asks for. They are probed once per container start and cached in the folder `memory`; without it (while hooks may
 * still write those files) they are probed each time. A shell that fails sets none; for one that hangs or prints
 * without end, `problem` explains it, once: with a `memory` it is not asked again before the next start.
 * Errors: `engine-unreachable`, `cancelled`.
 */
export async function probeUserEnv(
  engine: Engine,
  memory: string | undefined,
  container: { id: string; startedAt: string; env: Record<string, string> },
  user: string | undefined,
  probe: RunConfig['userEnvProbe'],
  asking: Asking,
): Promise<UserEnv> {
  if (probe === 'none') return { env: {} }
  const file = memory && path.join(memory, 'user-env.json')
  const start = `${container.id} ${container.startedAt}`
  const remembered = file && (await readRemembered(file))
  if (remembered && remembered.start === start) return { env: remembered.env }
  const { env: found, problem } = await askShell(engine, container, user, FLAGS[probe], asking)
  if (!found && problem === undefined) return { env: {} }
  const differing = Object.entries(found ?? {}).filter(
    ([name, value]) => !OF_THE_SHELL.has(name) && container.env[name] !== value,
  )
  const env = Object.fromEntries(differing)
  // Only a cache: a full disk must not keep a command from running.
  if (file) await writeFileWhole(file, JSON.stringify({ start, env } satisfies Remembered)).catch(() => {})
  return { env, ...(problem !== undefined && { problem }) }
}

/** What the shell of a user sets; `problem`: why it could not be probed. */
interface UserEnv {
  env: Record<string, string>
  problem?: string
}

interface Remembered {
  start: string
  env: Record<string, string>
}

async function readRemembered(file: string): Promise<Remembered | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Remembered
  } catch {
    return undefined
  }
}

async function askShell(
  engine: Engine,
  container: { id: string; env: Record<string, string> },
  user: string | undefined,
  flags: string,
  { signal, ...lease }: Asking,
): Promise<Partial<UserEnv>> {
  const script = `echo ${MARK}
echo "$PATH"
sed -n -E 's/^(|.*[[:space:]])PATH=([^$]*)$/\\2/p' /etc/profile 2>/dev/null
echo ${MARK}
entry=$(getent passwd "$(id -un)" 2>/dev/null || grep "^$(id -un):" /etc/passwd)
shell=\${SHELL:-\${entry##*:}}
exec "\${shell:-/bin/sh}" ${flags} 'echo ${MARK}; cat /proc/self/environ; echo ${MARK}'`
  const late = AbortSignal.timeout(PROBE_DEADLINE)
  try {
    const spec = { command: ['/bin/sh', '-c', script], user, env: envList(container.env), ...lease }
    const { stdout } = await execOutput(engine, container.id, spec, AbortSignal.any([signal, late]))
    const [, paths = '', , environ] = stdout.split(`${MARK}\n`)
    if (environ === undefined) return {}
    const env = envRecord(environ.split('\0').filter((entry) => entry.includes('=')))
    const [own = '', ...profile] = paths.trimEnd().split('\n')
    return {
      env: env['PATH'] === undefined ? env : { ...env, PATH: mergeLoginPath(env['PATH'], own, profile) },
    }
  } catch (error) {
    if (signal.aborted || isProductError(error, 'engine-unreachable')) throw error
    if (isProductError(error, 'output-endless')) return { problem: 'it printed more than 4 MB' }
    return late.aborted ? { problem: `it did not end within ${PROBE_DEADLINE / 1000} s` } : {}
  }
}
