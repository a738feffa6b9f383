import { spawnGit } from './spawn-git.ts'

/**
 * Variables that locate git and the person's settings. All other git variables refer to another repository, or to
 * another run.
 */
const KEPT = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM', 'GIT_CONFIG_SYSTEM', 'GIT_EXEC_PATH']

/** In milliseconds: a question about local files. */
const TIMEOUT = 10_000
const MAX_BYTES = 256 * 1024 * 1024

/**
 * How a repository is asked without trusting it: nothing that its settings name is run. The owner is not looked at,
 * because that check protects from those programs; it holds for this one call (`safe.directory` in git-config(1)).
 */
const HARDENED = [
  '--no-optional-locks',
  '--literal-pathspecs',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'safe.directory=*'].flatMap((setting) => [
    '-c',
    setting,
  ]),
]

/**
 * Queries git about a working tree on this computer, whoever owns it and whatever repository the variables of `env`
 * refer to. `input` is what it reads. Returns what it printed; undefined where git is missing, takes longer than 10 s, or ends
 * with another code than `codes`.
 */
export async function queryGit(
  folder: string,
  args: string[],
  env: Readonly<Record<string, string | undefined>>,
  { codes = [0], input }: { codes?: readonly number[]; input?: string } = {},
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT)
  const options = { cwd: folder, env: environment(env), signal, group: true, largest: MAX_BYTES, input }
  const result = await spawnGit([...HARDENED, ...args], options).catch(() => undefined)
  return result && codes.includes(result.code) ? result.stdout : undefined
}

function environment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || KEPT.includes(name))
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_ALLOW_PROTOCOL: 'none',
    // It need not write each answer by itself.
    GIT_FLUSH: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
  }
}
