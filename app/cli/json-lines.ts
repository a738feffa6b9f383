import { Writable } from 'node:stream'

/** Writes each line of a stream as one JSON document: `{"schemaVersion":1,"stream":"stdout","line":"…"}`. */
export class JsonLines extends Writable {
  private rest = ''
  private readonly name: string
  private readonly to: Writable

  constructor(name: 'stdout' | 'stderr', to: Writable) {
    super({ decodeStrings: false, defaultEncoding: 'utf8' })
    this.name = name
    this.to = to
  }

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    const lines = (this.rest + chunk.toString()).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      this.to.write(
        `${JSON.stringify({ schemaVersion: 1, stream: this.name, line: line.replace(/\r$/, '') })}\n`,
      )
    }
    done()
  }
}
