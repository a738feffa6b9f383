import { RPCHandler } from '@orpc/server/websocket'
import type { WebSocket } from 'ws'
import type { AppRouter } from '../../main/router/router.ts'

/** Bytes that wait for a client that does not read; then it is let go. */
const MAX_WAITING = 64 * 1024 * 1024
/** Calls that one client may have open at a time: a window has a dozen. */
const MAX_CALLS = 500

type Handler = RPCHandler<Record<never, never>>

export const createHandler = (router: AppRouter): Handler => new RPCHandler(router)

/** Serves the contract to one client until it goes. What a stream yields waits until the client has taken it. */
export function serveConnection(socket: WebSocket, handler: Handler): void {
  const send = (data: string | ArrayBufferLike | Uint8Array) =>
    new Promise<void>((resolve) => {
      if (socket.bufferedAmount > MAX_WAITING) socket.terminate()
      if (socket.readyState !== socket.OPEN) return resolve()
      // When it was not sent, the connection is at its end, and so are its streams.
      socket.send(data, () => resolve())
    })
  const client = { send, addEventListener: () => {} }
  let open = 0
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (open >= MAX_CALLS) return socket.close(4429)
    // Nothing of the contract is binary.
    if (binary) return socket.close(4400)
    open++
    handler
      .message(client as never, data.toString('utf8'), { context: {} })
      // What is no message of the contract's protocol is not talked about.
      .catch(() => socket.close(4400))
      .finally(() => open--)
  })
  socket.on('close', () => handler.close(client as never))
}
