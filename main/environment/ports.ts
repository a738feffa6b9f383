import { createServer } from 'node:net'
import type { PortRequest } from '../../shared/definition.ts'

/** A published port: where the container listens, and on which port of 127.0.0.1 that can be reached. */
export interface PortChoice {
  request: PortRequest
  /** 0: the engine chooses. */
  host: number
}

/** `3000/tcp`, as the engine writes it. */
export const portKey = (port: { container: number; protocol: string }): string =>
  `${port.container}/${port.protocol}`

/**
 * Chooses a host port for each request: the one the project had before, else the wanted one if it is free, else
 * whatever the engine finds. A fixed one is never replaced.
 *
 * `held` are the host ports of the environment that is about to be replaced, by container port.
 */
export async function choosePorts(
  requests: PortRequest[],
  held: Map<string, number>,
  isFree: (port: number) => Promise<boolean>,
): Promise<PortChoice[]> {
  const ours = new Set(held.values())
  return Promise.all(
    requests.map(async (request) => {
      if (request.fixed) return { request, host: request.host }
      const before = held.get(portKey(request))
      if (before !== undefined) return { request, host: before }
      if (ours.has(request.host)) return { request, host: 0 }
      return { request, host: (await isFree(request.host)) ? request.host : 0 }
    }),
  )
}

/** Whether nothing on this computer listens on a port of 127.0.0.1 (or of every address). */
export async function isPortFree(port: number): Promise<boolean> {
  const canListen = (host: string) =>
    new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
    })
  return (await canListen('127.0.0.1')) && (await canListen('0.0.0.0'))
}
