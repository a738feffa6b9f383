import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { WholeLines } from '../../main/docker/streams/whole-lines.ts'

/**
 * Writes each line of a stream as one JSON document: `{"schemaVersion":1,"stream":"stdout","line":"…"}`. If a line is
 * too long to be kept, every part but the last has `"continues":true`. It takes no more before that is taken.
 */
export class JsonLines extends Writable {
  private readonly decoder = new StringDecoder('utf8')
  private readonly lines: WholeLines
  private taken = true
  private readonly to: Writable

  constructor(name: 'stdout' | 'stderr', to: Writable) {
    super()
    this.to = to
    this.lines = new WholeLines((text) => {
      const whole = text.endsWith('\n')
      for (const line of (whole ? text.slice(0, -1) : text).split('\n')) {
        const document = { schemaVersion: 1, stream: name, line: line.replace(/\r$/, '') }
        this.taken = to.write(`${JSON.stringify(whole ? document : { ...document, continues: true })}\n`)
      }
    })
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken = true
    this.lines.push(this.decoder.write(chunk))
    if (this.taken) done()
    else this.to.once('drain', done)
  }
}
