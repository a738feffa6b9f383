import { type ChildProcess, spawn } from 'node:child_process'
import { isSystemError, productError } from '../../shared/errors.ts'
import { withoutCredentials } from '../../shared/git-address.ts'
import { programPlace } from '../files/program-place.ts'
import { gitInstallHint } from './install-hint.ts'

interface SpawnOptions {
  cwd: string
  /** All of its environment. */
  env: Record<string, string | undefined>
  /** Ends it; by then nothing of it runs any more. */
  signal: AbortSignal
  /** Whether it gets a process group of its own, which is ended as a whole. */
  group: boolean
  /** Bytes: when it has printed more, it is ended, and what it printed is dropped. */
  largest: number
  /** What it reads; by default nothing. */
  input?: string | undefined
  /** Called for each line of its progress and its messages, without passwords. */
  line?: ((text: string) => void) | undefined
}

export interface GitResult {
  code: number
  stdout: string
  /** The last lines of its messages, without progress and passwords. */
  messages: string[]
}

/** So many lines of git's messages are kept. */
const LINES = 40
/** In milliseconds: git removes what it began when it is asked to end; after this time it is killed. */
const GRACE = 5_000

/**
 * Starts git and waits for its end; a failure of its own is not thrown. Only `runGit` and `queryGit` call it, which decide
 * what git may do.
 * Errors: `git-missing`, `cancelled`.
 */
export async function spawnGit(args: string[], options: SpawnOptions): Promise<GitResult> {
  const { cwd, env, signal, group: wished, largest, input, line } = options
  const group = wished && process.platform !== 'win32'
  const child = spawn('git', ['-C', cwd, ...args], {
    ...programPlace(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: group,
    windowsHide: true,
  })
  const full = new AbortController()
  const ended = end(child, AbortSignal.any([signal, full.signal]), group)
  const messages = new Messages(line)
  // It may end before it has read all.
  child.stdin.on('error', () => {}).end(input)
  child.stderr.setEncoding('utf8').on('data', (text: string) => messages.onOutput(text))
  const kept: Buffer[] = []
  let size = 0
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= largest) kept.push(chunk)
    else {
      kept.length = 0
      full.abort()
    }
  })
  const code = await ended
  messages.onOutput('\n')
  if (full.signal.aborted)
    messages.onOutput(`It printed more than ${largest / 1024 / 1024} MB, and was ended.\n`)
  if (signal.aborted) throw productError('cancelled', {})
  return {
    code: full.signal.aborted ? -1 : code,
    stdout: Buffer.concat(kept).toString('utf8'),
    messages: messages.last,
  }
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
