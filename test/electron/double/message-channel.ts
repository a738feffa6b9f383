import { EventEmitter } from 'node:events'

/** How a port's messages reach the page and come back. */
export interface Wire {
  post(data: unknown): void
  close(): void
}

/** The end that stays in the main process. What is posted before the other end has arrived waits for it. */
export class MessagePortMain extends EventEmitter {
  private wire: Wire | undefined
  private waiting: unknown[] = []
  private received: unknown[] | undefined = []
  private closed = false

  postMessage(data: unknown): void {
    if (this.closed) return
    if (this.wire) this.wire.post(data)
    else this.waiting.push(data)
  }

  start(): void {
    const received = this.received ?? []
    this.received = undefined
    for (const data of received) this.emit('message', { data, ports: [] })
  }

  close(): void {
    if (this.closed) return
    this.wire?.close()
    this.gone()
  }

  connect(wire: Wire): void {
    if (this.closed) {
      wire.close()
      return
    }
    this.wire = wire
    for (const data of this.waiting) wire.post(data)
    this.waiting = []
  }

  hear(data: unknown): void {
    if (this.received) this.received.push(data)
    else this.emit('message', { data, ports: [] })
  }

  gone(): void {
    if (this.closed) return
    this.closed = true
    setImmediate(() => this.emit('close'))
  }
}

/** `port2` is the one that is sent to a page; what it stands for is its other end. */
export class MessageChannelMain {
  readonly port1 = new MessagePortMain()
  readonly port2 = { other: this.port1 }
}
