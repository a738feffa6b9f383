import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import type { Engine } from '../docker/connect.ts'
import { execOutput } from '../docker/exec.ts'
import { writeFileWhole } from '../project/write-file.ts'
import { envRecord } from './exec-context.ts'

const PROBE_DEADLINE = 10_000
/** What a shell sets for itself and nobody else needs. */
const OF_THE_SHELL = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL'])
const MARK = 'dev-pristine-environment'
const FLAGS = { loginShell: '-lc', interactiveShell: '-ic', loginInteractiveShell: '-lic' }

/**
 * The variables that the user's own shell start-up files set, as `userEnvProbe` of the Dev Containers specification
 * asks for. They are asked for once per start of a container and remembered in the folder `memory`; without it (while
 * hooks may still write those files) each time. A shell that fails or hangs gives none.
 */
export async function userEnv(
  engine: Engine,
  memory: string | undefined,
  container: { id: string; startedAt: string; env: Record<string, string> },
  user: string | undefined,
  probe: RunConfig['userEnvProbe'],
): Promise<Record<string, string>> {
  if (probe === 'none') return {}
  const file = memory && path.join(memory, 'user-env.json')
  const start = `${container.id} ${container.startedAt}`
  const remembered = file && (await readRemembered(file))
  if (remembered && remembered.start === start) return remembered.env
  const found = await askShell(engine, container.id, user, FLAGS[probe])
  if (!found) return {}
  const differing = Object.entries(found).filter(
    ([name, value]) => !OF_THE_SHELL.has(name) && container.env[name] !== value,
  )
  const env = Object.fromEntries(differing)
  if (file) await writeFileWhole(file, JSON.stringify({ start, env } satisfies Remembered))
  return env
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
  container: string,
  user: string | undefined,
  flags: string,
): Promise<Record<string, string> | undefined> {
  const script = `echo ${MARK}
echo "$PATH"
sed -n -E 's/^(|.*[[:space:]])PATH=([^$]*)$/\\2/p' /etc/profile 2>/dev/null
echo ${MARK}
entry=$(getent passwd "$(id -un)" 2>/dev/null || grep "^$(id -un):" /etc/passwd)
shell=\${SHELL:-\${entry##*:}}
exec "\${shell:-/bin/sh}" ${flags} 'echo ${MARK}; cat /proc/self/environ; echo ${MARK}'`
  const signal = AbortSignal.timeout(PROBE_DEADLINE)
  try {
    const { stdout } = await execOutput(engine, container, { command: ['/bin/sh', '-c', script], user }, signal)
    const [, paths = '', , environ] = stdout.split(`${MARK}\n`)
    if (environ === undefined) return undefined
    const env = envRecord(environ.split('\0').filter((entry) => entry.includes('=')))
    const [own = '', ...profile] = paths.trimEnd().split('\n')
    return env['PATH'] === undefined ? env : { ...env, PATH: keepPath(env['PATH'], own, profile) }
  } catch {
    return undefined
  }
}

/**
 * A login shell's PATH as if /etc/profile had not set it anew: what the start-up files put before and after stays,
 * and the image's own folders (`own`) are where the profile's defaults are. The Dev Containers CLI edits
 * /etc/profile to the same end; Pristine changes nothing in a container.
 * `profile` are the values that /etc/profile assigns to PATH, as written there.
 */
export function keepPath(found: string, own: string, profile: string[]): string {
  if (holds(found, own)) return found
  const defaults = profile.map((value) => value.replace(/[;\s]+$/, '').replace(/^(["'])(.*)\1$/, '$2'))
  for (const value of defaults.sort((a, b) => b.length - a.length)) {
    const at = holds(found, value) ? `:${found}:`.indexOf(`:${value}:`) : -1
    if (at >= 0) return found.slice(0, at) + own + found.slice(at + value.length)
  }
  return found
}

/** Whether a PATH has folders in a row. */
const holds = (path: string, folders: string): boolean => folders !== '' && `:${path}:`.includes(`:${folders}:`)
