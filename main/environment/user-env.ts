import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RunConfig } from '../../shared/definition.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connect.ts'
import { execOutput } from '../docker/exec.ts'
import type { Home } from '../project/home.ts'
import { writeFileWhole } from '../project/write-file.ts'
import { envRecord } from './exec-context.ts'

const PROBE_DEADLINE = 10_000
/** What a shell sets for itself and nobody else needs. */
const OF_THE_SHELL = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL', 'HOSTNAME', 'TERM', 'PS1'])
const MARK = 'dev-pristine-environment'

/**
 * The variables that the user's own shell start-up files set, as `userEnvProbe` of the Dev Containers specification
 * asks for. They follow from the image, so they are looked up once per version and remembered.
 * A shell that fails or hangs gives none.
 */
export async function userEnv(
  engine: Engine,
  home: Home,
  version: VersionId,
  container: { id: string; env: Record<string, string> },
  user: string | undefined,
  probe: RunConfig['userEnvProbe'],
): Promise<Record<string, string>> {
  if (probe === 'none') return {}
  const file = path.join(home.version(version), 'user-env.json')
  const remembered = await readRemembered(file)
  if (remembered) return mergePath(remembered, container.env, user)
  const found = await askShell(engine, container.id, user, probe)
  if (!found) return {}
  const differing = Object.entries(found).filter(
    ([name, value]) => !OF_THE_SHELL.has(name) && container.env[name] !== value,
  )
  const env = Object.fromEntries(differing)
  await writeFileWhole(file, JSON.stringify(env))
  return mergePath(env, container.env, user)
}

async function readRemembered(file: string): Promise<Record<string, string> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
  } catch {
    return undefined
  }
}

async function askShell(
  engine: Engine,
  container: string,
  user: string | undefined,
  probe: RunConfig['userEnvProbe'],
): Promise<Record<string, string> | undefined> {
  const flags = { none: '', loginShell: '-lc', interactiveShell: '-ic', loginInteractiveShell: '-lic' }[probe]
  const script = `shell=$(getent passwd "$(id -un)" 2>/dev/null || grep "^$(id -un):" /etc/passwd); shell="\${shell##*:}"
exec "\${shell:-/bin/sh}" ${flags} 'echo ${MARK}; cat /proc/self/environ; echo ${MARK}'`
  const signal = AbortSignal.timeout(PROBE_DEADLINE)
  try {
    const { stdout } = await execOutput(engine, container, { command: ['/bin/sh', '-c', script], user }, signal)
    const text = stdout.split(`${MARK}\n`)[1]
    return text === undefined ? undefined : envRecord(text.split('\0').filter((entry) => entry.includes('=')))
  } catch {
    return undefined
  }
}

/** A login shell often sets PATH anew: what the image put there is kept, in its place. */
function mergePath(
  env: Record<string, string>,
  container: Record<string, string>,
  user: string | undefined,
): Record<string, string> {
  const [shellPath, imagePath] = [env['PATH'], container['PATH']]
  if (!shellPath || !imagePath) return env
  const isRoot = user === undefined || user === 'root' || user === '0'
  const merged = shellPath.split(':')
  let position = 0
  for (const folder of imagePath.split(':')) {
    const found = merged.indexOf(folder)
    if (found >= 0) position = found + 1
    else if (isRoot || !/\/sbin(\/|$)/.test(folder)) merged.splice(position++, 0, folder)
  }
  return { ...env, PATH: merged.join(':') }
}
