import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { RigError } from './rig-error.ts'

/** Finds a port of 127.0.0.1 that nothing listens on. It is kept from then on, as image names contain it. */
export async function freePort(): Promise<number> {
  for (let port = 5077; port < 5177; port++) if (await isFree(port)) return port
  throw new RigError('No free port between 5077 and 5176.', 'End a program that listens there.')
}

/** Whether a server could listen on the port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/** A port of 127.0.0.1 that the system gave and nobody holds at the moment. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
