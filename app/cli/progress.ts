import type { OperationEvent, StepEvent as Step } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'
import { colour } from './output.ts'
import { describeReasons } from './wording.ts'

interface Running {
  step: Step
  began: number
  lastLog: string
}

/** Shows an operation's events on stderr. */
export interface Progress {
  report(event: OperationEvent): void
  /** Clears the redrawn lines, so that the next line stands alone; a new operation follows. */
  end(): void
}

/** Live steps on a terminal, plain lines elsewhere, warnings only when `quiet`. */
export function createProgress(options: { quiet: boolean; verbose: boolean }): Progress {
  const stream = process.stderr
  if (options.quiet)
    return { report: (event) => event.kind === 'warning' && printStatus(warning(event.text)), end: () => {} }
  return stream.isTTY && process.env['TERM'] !== 'dumb' && !options.verbose
    ? new LiveProgress()
    : new PlainProgress(options.verbose)
}

const printStatus = (text: string) => process.stderr.write(`${text}\n`)
const warning = (text: string) => `${colour('yellow', '!', process.stderr)} ${sanitize(text)}`
const SIGNS = { running: '·', done: '✓', cached: '✓', failed: '✗' } as const

/** "Pull debian:bookworm"; of a build with its place in the stage: "[app 2/5] RUN make". */
function nameOf({ name, subject, place }: Step): string {
  const text = sanitize(name)
  if (!place) return text
  return `[${subject === undefined ? '' : `${sanitize(subject)} `}${place.at}/${place.of}] ${text}`
}

/** How a finished step reads: sign, name, time. */
function finished(step: Step, began: number): string {
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  const time = step.state === 'cached' ? 'cached' : `${seconds} s`
  const sign = colour(step.state === 'failed' ? 'red' : 'green', SIGNS[step.state], process.stderr)
  return `${sign} ${nameOf(step)} ${colour('dim', time, process.stderr)}`
}

/** A line for each step when it ends, and with `verbose` the steps' output. */
class PlainProgress implements Progress {
  private readonly began = new Map<string, number>()
  private readonly ended = new Set<string>()
  readonly verbose: boolean

  constructor(verbose: boolean) {
    this.verbose = verbose
  }

  report(event: OperationEvent): void {
    switch (event.kind) {
      case 'step': {
        if (!this.began.has(event.id)) {
          this.began.set(event.id, Date.now())
          if (event.state === 'running' && this.verbose) printStatus(`· ${nameOf(event)}`)
        }
        if (event.state === 'running' || this.ended.has(event.id)) return
        this.ended.add(event.id)
        printStatus(finished(event, this.began.get(event.id) ?? Date.now()))
        return
      }
      case 'log':
        if (this.verbose)
          for (const line of event.text.replace(/\n$/, '').split('\n')) printStatus(`  | ${sanitize(line)}`)
        return
      case 'plan':
        if (event.because.length > 0)
          printStatus(`v${event.ordinal}: ${describeReasons(event.because, this)}`)
        return
      case 'note':
        printStatus(sanitize(event.text))
        return
      case 'warning':
        printStatus(warning(event.text))
    }
  }

  end(): void {
    this.began.clear()
    this.ended.clear()
  }
}

/** The running steps stay at the bottom and are redrawn; what ended scrolls up. */
class LiveProgress implements Progress {
  private readonly running = new Map<string, Running>()
  private readonly ended = new Set<string>()
  private drawn = 0
  private timer: NodeJS.Timeout | undefined

  report(event: OperationEvent): void {
    switch (event.kind) {
      case 'step':
        this.step(event)
        break
      case 'log': {
        const running = this.running.get(event.step)
        const line = event.text.trim().split('\n').at(-1)
        if (running && line) running.lastLog = sanitize(line)
        break
      }
      case 'plan':
        if (event.because.length > 0)
          this.above(`v${event.ordinal}: ${describeReasons(event.because, { verbose: false })}`)
        break
      case 'note':
        this.above(sanitize(event.text))
        break
      case 'warning':
        this.above(warning(event.text))
    }
    this.schedule()
  }

  end(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.erase()
    this.running.clear()
    this.ended.clear()
  }

  private step(step: Step): void {
    if (this.ended.has(step.id)) return
    const known = this.running.get(step.id)
    if (step.state === 'running') {
      this.running.set(step.id, { step, began: known?.began ?? Date.now(), lastLog: known?.lastLog ?? '' })
      return
    }
    this.running.delete(step.id)
    this.ended.add(step.id)
    this.above(finished(step, known?.began ?? Date.now()))
  }

  private above(text: string): void {
    this.erase()
    printStatus(text)
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.draw()
      if (this.running.size > 0) this.schedule()
    }, 80)
    this.timer.unref()
  }

  private draw(): void {
    this.erase()
    const columns = process.stderr.columns || 80
    const lines = [...this.running.values()].slice(-8).map(({ step, began, lastLog }) => {
      const seconds = ((Date.now() - began) / 1000).toFixed(0)
      const text = `· ${nameOf(step)}${counted(step)}  ${seconds} s${lastLog && `  ${lastLog}`}`
      return text.slice(0, columns - 1)
    })
    if (lines.length > 0)
      process.stderr.write(`${lines.map((line) => colour('dim', line, process.stderr)).join('\n')}\n`)
    this.drawn = lines.length
  }

  private erase(): void {
    if (this.drawn > 0) process.stderr.write(`\x1b[${this.drawn}A\x1b[J`)
    this.drawn = 0
  }
}

function counted({ done = 0, total, unit }: Step): string {
  if (!total) return ''
  return unit ? ` ${Math.floor((100 * done) / total)} %` : ` ${megabytes(done)} of ${megabytes(total)} MB`
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)
