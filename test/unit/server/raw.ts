import { connect, type Socket } from 'node:net'

/** What came back on a connection, until it closed or `until` was satisfied. */
export interface Received {
  text: string
  closed: boolean
}

/** A connection of which every byte is ours. */
export class Raw implements Disposable {
  readonly socket: Socket
  private text = ''
  private closed = false
  private wake = () => {}

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setEncoding('latin1')
    this.socket.on('data', (chunk: string) => {
      this.text += chunk
      this.wake()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.closed = true
      this.wake()
    })
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes)
  }

  async received(until: (text: string) => boolean = () => false): Promise<Received> {
    while (!this.closed && !until(this.text)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    return { text: this.text, closed: this.closed }
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** The head of a request for a WebSocket (RFC 6455, 4.1); `lines` are its further headers. */
export const upgradeRequest = (target: string, lines: string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    ...lines,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '',
    '',
  ].join('\r\n')

/** A masked frame of a client (RFC 6455, 5.2). */
export function frame(payload: string | Buffer, opcode = 1): Buffer {
  const data = Buffer.from(payload)
  const mask = Buffer.from([1, 2, 3, 4])
  const masked = data.map((byte, at) => byte ^ (mask[at % 4] ?? 0))
  const length =
    data.length < 126
      ? Buffer.from([0x80 | data.length])
      : Buffer.from([0x80 | 126, data.length >> 8, data.length & 0xff])
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, masked])
}

/** The code with which a server closed a WebSocket; undefined when there is no close frame at the end. */
export function closeCode(text: string): number | undefined {
  const bytes = Buffer.from(text, 'latin1')
  const at = bytes.lastIndexOf(Buffer.from([0x88, 0x02]))
  return at < 0 ? undefined : bytes.readUInt16BE(at + 2)
}
