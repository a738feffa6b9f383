import { RPCLink } from '@orpc/client/message-port'
import { checked, type Transport } from './transport.ts'

/** Whether the page runs in the desktop app, which serves it from an address of its own. */
export const isDesktop = location.protocol === 'app:'

let pending: MessagePort | undefined
let arrived: (() => void) | undefined

if (isDesktop) {
  window.addEventListener('message', (event) => {
    if (event.source !== window || event.data?.kind !== 'pristine-port' || !event.ports[0]) return
    pending = event.ports[0]
    arrived?.()
  })
}

/** Takes the port that the desktop app hands to the page; waits until there is one. */
export async function openPort(signal: AbortSignal): Promise<Transport> {
  if (!pending) {
    await new Promise<void>((resolve, reject) => {
      arrived = resolve
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }
  const port = pending as MessagePort
  pending = undefined
  const transport = {
    closed: false,
    onClose: (listener: () => void) => port.addEventListener('close', listener),
  }
  port.addEventListener('close', () => {
    transport.closed = true
  })
  const link = new RPCLink({ port, plugins: checked() })
  port.start()
  return Object.assign(transport, { link })
}
