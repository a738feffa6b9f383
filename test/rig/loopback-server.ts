import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A web server of a test's own. */
export interface LoopbackServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  host: string
  server: Server
  /** Ends it, and every connection to it. */
  close(): Promise<void>
}

/** Starts a server of plain HTTP on a free port of 127.0.0.1. */
export async function startLoopbackServer(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, server, close, [Symbol.asyncDispose]: close }
}
