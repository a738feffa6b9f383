import { StringDecoder } from 'node:string_decoder'
import type { LogLines } from '../../shared/log.ts'
import type { LogFrame } from '../docker/streams/log-frames.ts'
import { parseAnsiLine } from './parse-ansi-line.ts'

type Line = LogLines[number]

/** Characters after which a line is cut; the rest of it is left out. */
const LONGEST = 64 * 1024
/** As the engine writes times: RFC 3339 with nanoseconds. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) /

/** Puts pieces of output with times together to lines; each stream has its own. */
export class LineReader {
  private readonly service: string
  private readonly plain: boolean
  private readonly streams = {
    stdout: { decoder: new StringDecoder('utf8'), at: null as string | null, text: '', cut: false },
    stderr: { decoder: new StringDecoder('utf8'), at: null as string | null, text: '', cut: false },
  }

  /** `plain`: whether lines are text and nothing else. */
  constructor(service: string, { plain }: { plain: boolean }) {
    this.service = service
    this.plain = plain
  }

  /** The lines that a piece completes. */
  read({ stream, data }: LogFrame): Line[] {
    const state = this.streams[stream]
    const lines: Line[] = []
    // Each piece of a long line has a time of its own.
    let rest = state.decoder.write(data)
    while (rest !== '') {
      const time = TIME.exec(rest)
      if (time) {
        rest = rest.slice(time[0].length)
        state.at ??= time[1] ?? null
      }
      const end = rest.indexOf('\n')
      const text = end < 0 ? rest : rest.slice(0, end)
      const room = LONGEST - state.text.length
      if (text.length > room) state.cut = true
      if (room > 0) state.text += text.slice(0, room)
      if (end < 0) break
      lines.push(this.line(stream))
      rest = rest.slice(end + 1)
    }
    return lines
  }

  /** What was printed last without a line end. */
  rest(): Line[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) =>
      this.streams[stream].text === '' ? [] : [this.line(stream)],
    )
  }

  private line(stream: Line['stream']): Line {
    const state = this.streams[stream]
    const { at, cut } = state
    const { text: whole, looks } = this.plain
      ? parseAnsiLine(state.text)
      : { text: state.text.replace(/\r$/, ''), looks: [] }
    const text = whole + (cut ? ' … (cut)' : '')
    Object.assign(state, { at: null, text: '', cut: false })
    return { service: this.service, stream, at, text, ...(looks.length > 0 && { looks }) }
  }
}
