import type { ChildProcess } from 'node:child_process'
import { Duplex } from 'node:stream'
import { programPlace } from '../../files/program-place.ts'

const { Agent } = process.getBuiltinModule('node:http')

/** In seconds: so long a computer has to be reached. */
const CONNECT = 10

/** What an `ssh://` address names. */
export interface SshTarget {
  host: string
  user?: string
  port?: number
}

/**
 * Reads `ssh://[user@]host[:port]`, as Docker's client takes it. Undefined for anything else, and for names that ssh
 * would take for an option.
 */
export function readSshTarget(text: string): SshTarget | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'ssh:' || url.password !== '' || (url.pathname !== '' && url.pathname !== '/')) return
  const { hostname, username, port } = url
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (![host, username || 'none'].every((name) => /^[\w.:~+][\w.:~+-]*$/.test(name))) return
  return { host, ...(username && { user: username }), ...(port && { port: Number(port) }) }
}

/**
 * Speaks HTTP to the engine of another computer through the person's own `ssh`, with its configuration and keys: Docker's
 * client there passes the bytes on. It asks for nothing: where ssh would, it fails. A connection is used again.
 */
export class SshAgent extends Agent {
  private readonly target: SshTarget
  private readonly env: Record<string, string | undefined>

  constructor(target: SshTarget, env: Record<string, string | undefined>) {
    super({ keepAlive: true })
    this.target = target
    this.env = env
  }

  override createConnection(): Duplex {
    const { host, user, port } = this.target
    const options = ['-T', '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT}`]
    if (user !== undefined) options.push('-l', user)
    if (port !== undefined) options.push('-p', String(port))
    // Loaded here, because few engines are reached so.
    const { spawn } = process.getBuiltinModule('node:child_process')
    const child = spawn('ssh', [...options, '--', host, 'docker', 'system', 'dial-stdio'], {
      ...programPlace(this.env),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    return new SshConnection(child)
  }

  /** An unused connection does not keep the program alive. */
  override keepSocketAlive(socket: Duplex): boolean {
    if (socket instanceof SshConnection) socket.hold(false)
    return true
  }

  override reuseSocket(socket: Duplex): void {
    if (socket instanceof SshConnection) socket.hold(true)
  }
}

/** The two ends of a running `ssh` as one stream. ssh's error output becomes the stream's error. */
class SshConnection extends Duplex {
  private readonly child: ChildProcess
  private stderr = ''

  constructor(child: ChildProcess) {
    super()
    this.child = child
    child.stdout?.on('data', (chunk: Buffer) => this.push(chunk) || child.stdout?.pause())
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = `${this.stderr}${text}`.slice(-2000)
    })
    child.stdin?.on('error', () => {})
    child.once('error', (error) => this.destroy(error))
    child.once('close', (code) => {
      if (code === 0) this.push(null)
      else this.destroy(new Error(lastLine(this.stderr) || `ssh ended with code ${code}`))
    })
  }

  hold(on: boolean): void {
    for (const one of [this.child, this.child.stdin, this.child.stdout, this.child.stderr]) {
      const handle = one as { ref?(): void; unref?(): void } | null
      if (on) handle?.ref?.()
      else handle?.unref?.()
    }
  }

  override _read(): void {
    this.child.stdout?.resume()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.child.stdin?.write(chunk, () => done())
  }

  override _final(done: () => void): void {
    this.child.stdin?.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill()
    done(error)
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
