import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'

/** A page that has what the real one has, and gives it to the test. */
const got = { messages: [], closed: 0 }
Object.assign(globalThis, { got })
window.addEventListener('message', (event) => {
  got.messages.push({ kind: event.data?.kind, ports: event.ports.length, own: event.source === window })
  const [port] = event.ports
  if (!port) return
  port.addEventListener('close', () => got.closed++)
  Object.assign(globalThis, { port, client: createORPCClient(new RPCLink({ port })) })
  port.start()
})
