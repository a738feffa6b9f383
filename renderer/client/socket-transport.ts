import { RPCLink } from '@orpc/client/websocket'
import { checked, TokenRefused, type Transport } from './transport.ts'

const REFUSED = 4401
const DEADLINE = 10_000

/**
 * Connects to the server that the page came from: the token goes first, and only when it is accepted do the contract's
 * messages flow. Throws `TokenRefused` when it is not.
 */
export function openSocket(token: string, signal: AbortSignal): Promise<Transport> {
  const address = new URL('/engine', location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  address.hash = ''
  const socket = new WebSocket(address)
  const within = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)])
  return new Promise((resolve, reject) => {
    const settled = new AbortController()
    const until = { signal: settled.signal }
    const end = (error: unknown) => {
      settled.abort()
      socket.close()
      reject(error)
    }
    within.addEventListener('abort', () => end(within.reason), until)
    socket.addEventListener('open', () => socket.send(JSON.stringify({ token })), until)
    socket.addEventListener(
      'close',
      ({ code }) =>
        end(code === REFUSED ? new TokenRefused() : new Error(`The connection closed (${code}).`)),
      until,
    )
    socket.addEventListener(
      'message',
      () => {
        settled.abort()
        resolve(transportOver(socket))
      },
      until,
    )
  })
}

function transportOver(socket: WebSocket): Transport {
  const transport = {
    closed: false,
    onClose: (listener: () => void) => socket.addEventListener('close', listener),
  }
  // Before oRPC's own listener, so that the reason is known when it reports a failure; the others come after it.
  socket.addEventListener('close', () => {
    transport.closed = true
  })
  return Object.assign(transport, { link: new RPCLink({ websocket: socket, plugins: checked() }) })
}
