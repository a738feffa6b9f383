import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { startLoopbackServer } from './loopback-server.ts'
import { passRequest } from './pass-request.ts'

/** A proxy as `HTTP_PROXY` and `HTTPS_PROXY` name it. */
export interface ForwardProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  address: string
  /** Every request so far: `GET http://host/path`, or `CONNECT host:port` for a connection that it cannot look into. */
  requests(): string[]
}

/** Starts a proxy that passes everything on, and counts it. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  const seen: string[] = []
  const { host, server, close } = await startLoopbackServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    seen.push(`${method} ${url}`)
    if (URL.canParse(url)) passRequest(url, incoming, outgoing, ['proxy-connection', 'proxy-authorization'])
    else outgoing.writeHead(400).end()
  })
  const tunnels = new Set<Duplex>()
  server.on('connect', (incoming, socket, head) => {
    seen.push(`CONNECT ${incoming.url}`)
    const { hostname, port } = new URL(`http://${incoming.url}`)
    const inner = connect(Number(port || 80), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      inner.write(head)
      inner.pipe(socket).pipe(inner)
    })
    tunnels.add(socket)
    inner.on('error', () => socket.destroy())
    socket.on('error', () => inner.destroy())
    socket.once('close', () => tunnels.delete(socket))
  })
  const dispose = (): Promise<void> => {
    // The server knows nothing of them, and would wait for their end.
    for (const tunnel of tunnels) tunnel.destroy()
    return close()
  }
  return { address: `http://${host}`, requests: () => [...seen], [Symbol.asyncDispose]: dispose }
}
