/** A piece of a container's output: a line, or part of a long one, as the engine kept it. */
export interface LogFrame {
  stream: 'stdout' | 'stderr'
  data: Buffer
}

/** Longer than any piece that an engine sends; what claims to be longer is no frame. */
const LONGEST = 16 * 1024 * 1024

/**
 * The pieces of a container's output, as they come and as fast as they are taken. Without a TTY the engine sends frames: one byte of
 * stream, three of padding, four of length (big endian), then the data (Docker Engine API, "Attach to a container").
 */
export async function* logFrames(source: AsyncIterable<unknown>, tty: boolean): AsyncGenerator<LogFrame[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    if (tty) {
      yield [{ stream: 'stdout', data: bytes }]
      continue
    }
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const frames: LogFrame[] = []
    let at = 0
    while (rest.length - at >= 8) {
      const length = rest.readUInt32BE(at + 4)
      if (length > LONGEST) return
      if (rest.length - at - 8 < length) break
      frames.push({
        stream: rest[at] === 2 ? 'stderr' : 'stdout',
        data: rest.subarray(at + 8, at + 8 + length),
      })
      at += 8 + length
    }
    rest = rest.subarray(at)
    if (frames.length > 0) yield frames
  }
}
