import type { EventEmitter } from 'node:events'

/** Waits until a stream accepts more data, or is closed. */
export const drained = (stream: EventEmitter): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
