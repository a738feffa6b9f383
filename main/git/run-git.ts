import { productError } from '../../shared/errors.ts'
import { ofThePerson } from './config-scopes.ts'
import { gitEnvironment, HARDENED, unaskingSsh } from './git-environment.ts'
import { type GitResult, spawnGit } from './spawn-git.ts'

/** How git is run for work that may use the network. */
export interface GitOptions {
  /** The person's environment. */
  env: Record<string, string | undefined>
  /** Where; no repository around it is looked for. */
  cwd: string
  /** Ends it; by then nothing of it runs any more. */
  signal: AbortSignal
  /** What it may speak: `https`, `ssh` … */
  protocols: string[]
  /** Whether it may ask on the terminal that this process has. */
  interactive: boolean
  /** Variables that lead it to a repository (git(1)), in place of that of `cwd`. */
  repository?: Record<string, string>
  /** Called for each line of its progress and its messages, without passwords. */
  line?(text: string): void
}

/** Git that prints more bytes than this is ended. */
const LARGEST = 16 * 1024 * 1024

/**
 * Runs the person's own git, hardened, and returns how it ended; a failure of its own is not thrown.
 * Errors: `git-missing`, `cancelled`.
 */
export async function runGit(args: string[], options: GitOptions): Promise<GitResult> {
  const { env, cwd, signal, protocols, interactive, repository, line } = options
  if (signal.aborted) throw productError('cancelled', {})
  const ssh = interactive || !protocols.includes('ssh') ? undefined : await sshCommand(options)
  return spawnGit([...HARDENED, ...args], {
    cwd,
    env: {
      ...gitEnvironment(env, { cwd, protocols, interactive, ...(ssh !== undefined && { ssh }) }),
      ...repository,
    },
    signal,
    // A group of its own has no terminal to ask on.
    group: !interactive,
    largest: LARGEST,
    line,
  })
}

/**
 * How the person's git calls ssh, made not to ask; where a program is named that takes no such option, as it is. It is
 * always given, because it has to come before what the repository's own settings name, which is not asked for.
 */
async function sshCommand({ env, cwd, signal }: GitOptions): Promise<string> {
  if (env['GIT_SSH_COMMAND']) return unaskingSsh(env['GIT_SSH_COMMAND'])
  const options = { env, cwd, signal, protocols: [], interactive: false }
  const { stdout } = await runGit(
    ['config', '--null', '--show-scope', '--get-all', 'core.sshCommand'],
    options,
  )
  const command = ofThePerson(stdout).at(-1)?.trim()
  if (!command && env['GIT_SSH']) return `'${env['GIT_SSH'].replaceAll("'", "'\\''")}'`
  return unaskingSsh(command || 'ssh')
}
