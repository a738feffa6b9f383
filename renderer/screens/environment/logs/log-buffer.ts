/** Lines that a piece holds; a piece is the unit that is kept, searched and let go. */
const CHUNK_LINES = 1024

/** How much a buffer keeps at most; what is older is let go. */
export interface LogLimits {
  lines: number
  /** Of text, in UTF-8. */
  bytes: number
}

/** Together with the page itself this stays below 200 MB. */
const LIMITS: LogLimits = { lines: 1_000_000, bytes: 80 * 1024 * 1024 }

export interface LogLine {
  text: string
  /** Whether it was printed to the error output. */
  error: boolean
  /** When, in milliseconds since 1970. */
  at?: number
  /** From which character on it looks how; as the engine sends it. */
  looks?: [number, string][]
}

interface Chunk {
  /** The number of its first line, counted from the first line that ever came. */
  first: number
  /** Its lines in UTF-8, one after the other. */
  bytes: Uint8Array
  /** Where each line ends. */
  ends: Uint32Array
  errors: Uint8Array
  /** In milliseconds since 1970; 0 where it is not known. */
  times: Float64Array
  /** Of the lines that have colours, by their place. */
  looks: Map<number, [number, string][]>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Many lines in little space: as bytes, in pieces of 1,024. A line is known by its number, which counts from the first
 * line that ever came and stays when older ones are let go.
 */
export class LogBuffer {
  private readonly limits: LogLimits
  private chunks: Chunk[] = []
  /** The newest lines, until they fill a piece. */
  private fresh: LogLine[] = []
  private freshBytes = 0
  private chunkBytes = 0
  private read: { piece: Chunk; text: string[] } | undefined
  private letGo = 0
  /** The number of the first line that is not packed. */
  private freshStart = 0

  constructor(limits: LogLimits = LIMITS) {
    this.limits = limits
  }

  /** The number of the oldest line that is kept. */
  get first(): number {
    return this.letGo
  }

  /** The number that the next line will get. */
  get end(): number {
    return this.freshStart + this.fresh.length
  }

  /** Lines that are kept. */
  get length(): number {
    return this.end - this.first
  }

  /** Bytes of text that are kept. */
  get bytes(): number {
    return this.chunkBytes + this.freshBytes
  }

  add(lines: readonly LogLine[]): void {
    for (const line of lines) {
      this.fresh.push(line)
      this.freshBytes += line.text.length
      if (this.fresh.length === CHUNK_LINES) this.pack()
    }
    this.trim()
  }

  /** A line by its number; undefined when it was let go or has not come. */
  line(number: number): LogLine | undefined {
    const start = this.freshStart
    if (number >= start) return this.fresh[number - start]
    const chunk = this.chunks[this.chunkAt(number)]
    if (!chunk || number < chunk.first) return undefined
    const at = number - chunk.first
    const text = this.textOf(chunk)[at]
    if (text === undefined) return undefined
    const [time, looks] = [chunk.times[at], chunk.looks.get(at)]
    return { text, error: chunk.errors[at] === 1, ...(time && { at: time }), ...(looks && { looks }) }
  }

  /**
   * The numbers of the lines from `from` on that hold `wanted`, without case, as far as one step of a search goes;
   * `next` is where the following step begins, and the search is over when it is `end`.
   */
  find(wanted: string, from: number): { found: number[]; next: number } {
    const low = wanted.toLowerCase()
    const start = Math.max(from, this.first)
    const chunk = start < this.freshStart ? this.chunks[this.chunkAt(start)] : undefined
    const found: number[] = []
    if (!chunk) {
      const base = this.freshStart
      for (const [at, { text }] of this.fresh.entries()) {
        if (base + at >= start && text.toLowerCase().includes(low)) found.push(base + at)
      }
      return { found, next: this.end }
    }
    const whole = decoder.decode(chunk.bytes).toLowerCase()
    if (whole.includes(low)) {
      for (const [at, text] of linesOf(chunk).entries()) {
        if (chunk.first + at >= start && text.toLowerCase().includes(low)) found.push(chunk.first + at)
      }
    }
    return { found, next: chunk.first + chunk.ends.length }
  }

  /** The last lines as text. */
  tail(count: number): string[] {
    const lines: string[] = []
    for (let number = Math.max(this.first, this.end - count); number < this.end; number++) {
      lines.push(this.line(number)?.text ?? '')
    }
    return lines
  }

  /** Pieces are full, so that the place of a line is known. */
  private chunkAt(number: number): number {
    return Math.floor((number - this.first) / CHUNK_LINES)
  }

  private textOf(chunk: Chunk): string[] {
    if (this.read?.piece !== chunk) this.read = { piece: chunk, text: linesOf(chunk) }
    return this.read.text
  }

  private pack(): void {
    const bytes = encoder.encode(this.fresh.map(({ text }) => text).join(''))
    const ends = new Uint32Array(this.fresh.length)
    const errors = new Uint8Array(this.fresh.length)
    const times = new Float64Array(this.fresh.length)
    const looks: Chunk['looks'] = new Map()
    let end = 0
    for (const [at, { text, error, at: time = 0, looks: look }] of this.fresh.entries()) {
      end += byteLength(text)
      ends[at] = end
      errors[at] = error ? 1 : 0
      times[at] = time
      if (look) looks.set(at, look)
    }
    this.chunks.push({ first: this.freshStart, bytes, ends, errors, times, looks })
    this.chunkBytes += bytes.length
    this.freshStart += this.fresh.length
    this.fresh = []
    this.freshBytes = 0
  }

  private trim(): void {
    while (this.chunks.length > 0 && (this.length > this.limits.lines || this.bytes > this.limits.bytes)) {
      const oldest = this.chunks.shift()
      if (!oldest) return
      this.letGo += oldest.ends.length
      this.chunkBytes -= oldest.bytes.length
    }
  }
}

function linesOf({ bytes, ends }: Chunk): string[] {
  const lines: string[] = []
  let start = 0
  for (const end of ends) {
    lines.push(decoder.decode(bytes.subarray(start, end)))
    start = end
  }
  return lines
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/
const byteLength = (text: string): number => (ASCII.test(text) ? text.length : encoder.encode(text).length)
