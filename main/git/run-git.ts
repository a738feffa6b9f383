import { type ChildProcess, spawn } from 'node:child_process'
import { isSystemError, productError } from '../../shared/errors.ts'
import { withoutCredentials } from '../../shared/git-address.ts'
import { gitEnvironment, HARDENED, unaskingSsh } from './git-environment.ts'
import { gitInstallHint } from './install-hint.ts'

/** How git is run. */
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

export interface GitResult {
  code: number
  stdout: string
  /** The last lines of its messages, without progress and passwords. */
  messages: string[]
}

/** Git that prints more bytes than this is ended; so many lines of its messages are kept. */
const LARGEST = 16 * 1024 * 1024
const LINES = 40
/** In milliseconds: git removes what it began when it is asked to end; after this time it is killed. */
const GRACE = 5_000

/**
 * Runs git and returns how it ended; a failure of its own is not thrown.
 * Errors: `git-missing`, `cancelled`.
 */
export async function runGit(args: string[], options: GitOptions): Promise<GitResult> {
  const { env, cwd, signal, protocols, interactive, repository } = options
  if (signal.aborted) throw productError('cancelled', {})
  const ssh = interactive || !protocols.includes('ssh') ? undefined : await sshCommand(options)
  const child = spawn('git', [...HARDENED, ...args], {
    cwd,
    env: {
      ...gitEnvironment(env, { cwd, protocols, interactive, ...(ssh !== undefined && { ssh }) }),
      ...repository,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own can be ended as a whole, and has no terminal to ask on.
    detached: inGroup(interactive),
    windowsHide: true,
  })
  const full = new AbortController()
  const ended = end(child, AbortSignal.any([signal, full.signal]), inGroup(interactive))
  const messages = new Messages(options.line)
  child.stderr.setEncoding('utf8').on('data', (text: string) => messages.onOutput(text))
  const kept: Buffer[] = []
  let size = 0
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > LARGEST) full.abort()
    else kept.push(chunk)
  })
  const code = await ended
  messages.onOutput('\n')
  if (full.signal.aborted)
    messages.onOutput(`It printed more than ${LARGEST / 1024 / 1024} MB, and was ended.\n`)
  if (signal.aborted) throw productError('cancelled', {})
  return {
    code: full.signal.aborted ? -1 : code,
    stdout: Buffer.concat(kept).toString('utf8'),
    messages: messages.last,
  }
}

const inGroup = (interactive: boolean): boolean => !interactive && process.platform !== 'win32'

/** How the person's git calls ssh, made not to ask; undefined where a program is named that takes no such option. */
async function sshCommand({ env, cwd, signal }: GitOptions): Promise<string | undefined> {
  if (env['GIT_SSH_COMMAND']) return unaskingSsh(env['GIT_SSH_COMMAND'])
  const options = { env, cwd, signal, protocols: [], interactive: false }
  const { stdout } = await runGit(['config', '--get', 'core.sshCommand'], options)
  const command = stdout.trim()
  if (command === '' && env['GIT_SSH']) return undefined
  return unaskingSsh(command || 'ssh')
}

/** Waits until git, and in a group all that it started, has ended; its exit code, -1 when a signal ended it. */
async function end(child: ChildProcess, signal: AbortSignal, group: boolean): Promise<number> {
  const send = (name: NodeJS.Signals) => {
    try {
      if (group && child.pid !== undefined) process.kill(-child.pid, name)
      else child.kill(name)
    } catch {
      // It has ended already.
    }
  }
  let killing: NodeJS.Timeout | undefined
  const stop = () => {
    send('SIGTERM')
    killing = setTimeout(() => send('SIGKILL'), GRACE)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, name) => {
        // Ctrl-C on a terminal reaches git as it does us, and maybe sooner.
        if (name === 'SIGINT') reject(productError('cancelled', {}))
        else resolve(code ?? -1)
      })
    })
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
    throw productError('git-missing', { remedy: await gitInstallHint() }, { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(killing)
  }
}

/** Git's messages as lines: progress rewrites its line with a carriage return. */
class Messages {
  readonly last: string[] = []
  private rest = ''
  private readonly line: ((text: string) => void) | undefined

  constructor(line: ((text: string) => void) | undefined) {
    this.line = line
  }

  onOutput(text: string): void {
    const lines = (this.rest + text).split(/\r\n|\r|\n/)
    // A line without an end is a stranger's.
    this.rest = (lines.pop() ?? '').slice(0, 10_000)
    for (const given of lines) {
      const line = withoutCredentials(given).trimEnd()
      if (line === '') continue
      this.line?.(line)
      if (/^(?:remote: )?[A-Z][a-z ]+: +\d+/.test(line) || /^Cloning into /.test(line)) continue
      this.last.push(line)
      if (this.last.length > LINES) this.last.shift()
    }
  }
}
