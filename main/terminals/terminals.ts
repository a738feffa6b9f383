import { randomBytes } from 'node:crypto'
import { PassThrough, Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { TerminalEvent, TerminalId, TerminalSize } from '../../shared/terminal.ts'
import type { ServiceName } from '../environment/find-service.ts'
import type { Host } from '../host/host.ts'
import { Notifier } from '../host/notifier.ts'
import type { Project } from '../store/open-project.ts'
import { shell, type Terminal } from '../verbs/exec.ts'

/** How many characters of a terminal's output are kept, and how many are sent at once. */
const KEPT = 256 * 1024
const CHUNK_SIZE = 64 * 1024
/** In milliseconds: how long a program waits each time that it has shown as much as is kept. */
const PAUSE = 10
/** So many terminals are open at most, of all projects. */
const MAX = 64
/** In milliseconds: a terminal that ended can be seen for so long. */
const LINGER = 60_000

/** The open terminals of this process: each lives until it is closed, its shell ends or its environment is replaced. */
export class Terminals {
  private readonly host: Host
  private readonly open = new Map<TerminalId, OpenTerminal>()

  constructor(host: Host) {
    this.host = host
  }

  /** Those of a project, with the service that each was opened in, where one was named. */
  list(project: ProjectKey): { terminal: TerminalId; service: string | null }[] {
    return [...this.open.values()]
      .filter((one) => one.project === project && !one.ended)
      .map(({ id, service = null }) => ({ terminal: id, service }))
  }

  /**
   * Opens the user's shell in a project's environment, or in one of its services; returns once it runs or has failed to.
   * Errors: those of `shell`; `usage` when too many are open.
   */
  async start(project: Project, size: TerminalSize, service?: ServiceName): Promise<TerminalId> {
    if ([...this.open.values()].filter(({ ended }) => !ended).length >= MAX) {
      throw productError('usage', {
        problem: `${MAX} terminals are open.`,
        hint: 'Close one of them first.',
      })
    }
    const terminal = new OpenTerminal(project.key, size, service)
    await terminal.run((io, run) => shell(this.host, project, io, run, service))
    this.open.set(terminal.id, terminal)
    void terminal.done.then(() => setTimeout(() => this.open.delete(terminal.id), LINGER).unref())
    return terminal.id
  }

  watch(id: TerminalId, from: number, signal: AbortSignal): AsyncGenerator<TerminalEvent> {
    return this.find(id).watch(from, signal)
  }

  write(id: TerminalId, text: string): void {
    this.find(id).write(text)
  }

  /** Settles when what is written from then on finds the new size. */
  resize(id: TerminalId, size: TerminalSize): Promise<void> {
    return this.find(id).resize(size)
  }

  close(id: TerminalId): void {
    this.find(id).close()
    this.open.delete(id)
  }

  /** Settles when nothing of them runs any more. */
  async closeAll(): Promise<void> {
    const all = [...this.open.values()]
    for (const terminal of all) terminal.close()
    this.open.clear()
    await Promise.all(all.map(({ done }) => done))
  }

  /** Errors: `terminal-unknown`. */
  private find(id: TerminalId): OpenTerminal {
    const terminal = this.open.get(id)
    if (!terminal) throw productError('terminal-unknown', { id })
    return terminal
  }
}

class OpenTerminal {
  readonly id = randomBytes(8).toString('hex') as TerminalId
  readonly project: ProjectKey
  readonly service: ServiceName
  private size: TerminalSize
  private text = ''
  /** Characters before `text`. */
  private dropped = 0
  private sincePause = 0
  private end: { code: number | null } | undefined
  private readonly input = new PassThrough()
  private readonly controller = new AbortController()
  private readonly notifiers = new Set<Notifier>()
  private resized = async () => {}
  done: Promise<void> = Promise.resolve()

  constructor(project: ProjectKey, size: TerminalSize, service: ServiceName) {
    this.project = project
    this.service = service
    this.size = size
  }

  get ended(): boolean {
    return this.end !== undefined
  }

  /** Runs a shell; settles with its first sign of life: it asks for the terminal's size, or fails. */
  async run(start: (io: Terminal, run: Run) => Promise<number>): Promise<void> {
    const decoder = new StringDecoder('utf8')
    const output = new Writable({
      write: (chunk: Buffer, _, done) => {
        this.show(decoder.write(chunk))
        this.sincePause += chunk.length
        if (this.sincePause < KEPT) return done()
        // No person reads faster, and other clients need their turn.
        this.sincePause = 0
        setTimeout(done, PAUSE)
      },
    })
    const began = Promise.withResolvers<void>()
    const running = start(
      {
        stdin: this.input,
        stdout: output,
        stderr: output,
        tty: true,
        interactive: true,
        size: () => {
          began.resolve()
          return this.size
        },
        onResize: (listener) => {
          this.resized = listener
          return () => {
            this.resized = async () => {}
          }
        },
      },
      {
        signal: this.controller.signal,
        report: (event) => {
          if (event.kind === 'warning') output.write(`${event.text}\r\n`)
        },
      },
    )
    this.done = running.then(
      (code) => this.finish(code),
      (error: unknown) => {
        began.reject(error)
        this.finish(null)
      },
    )
    await began.promise
  }

  write(text: string): void {
    if (!this.end) this.input.write(text)
  }

  async resize(size: TerminalSize): Promise<void> {
    this.size = size
    await this.resized()
  }

  close(): void {
    this.controller.abort()
    this.finish(null)
  }

  async *watch(from: number, signal: AbortSignal): AsyncGenerator<TerminalEvent> {
    const notifier = new Notifier()
    this.notifiers.add(notifier)
    try {
      let offset = from
      while (!signal.aborted) {
        // What comes after the end of what is known was of another terminal.
        offset = Math.min(Math.max(offset, this.dropped), this.dropped + this.text.length)
        const at = offset - this.dropped
        const text = this.text.slice(at, at + CHUNK_SIZE)
        if (text !== '') {
          yield { kind: 'output', offset, text }
          offset += text.length
        } else if (this.end) {
          yield { kind: 'end', code: this.end.code }
          return
        } else await notifier.wait(signal)
      }
    } finally {
      this.notifiers.delete(notifier)
    }
  }

  private show(text: string): void {
    this.text += text
    // Cut seldom, because each time the rest is copied.
    if (this.text.length > 2 * KEPT) {
      const cut = this.text.length - KEPT
      this.text = this.text.slice(cut)
      this.dropped += cut
    }
    this.notify()
  }

  private finish(code: number | null): void {
    this.end ??= { code }
    this.input.destroy()
    this.notify()
  }

  private notify(): void {
    for (const notifier of this.notifiers) notifier.notify()
  }
}
