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
    within.addEventListener('abort', () => {
      socket.close()
      reject(within.reason)
    })
    socket.addEventListener('open', () => socket.send(JSON.stringify({ token })), { once: true })
    socket.addEventListener('close', ({ code }) =>
      reject(code === REFUSED ? new TokenRefused() : new Error(`The connection closed (${code}).`)),
    )
    socket.addEventListener('message', () => resolve(transportOver(socket)), { once: true })
  })
}

function transportOver(socket: WebSocket): Transport {
  const listeners = new Set<() => void>()
  const transport = {
    closed: false,
    onClose: (listener: () => void) => void listeners.add(listener),
  }
  // Before oRPC's own listener, so that whoever hears of a failure knows its reason.
  socket.addEventListener('close', () => {
    transport.closed = true
    for (const listener of listeners) listener()
  })
  return Object.assign(transport, { link: new RPCLink({ websocket: socket, plugins: checked() }) })
}
