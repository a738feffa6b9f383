import { type AddressInfo, createServer, type Server } from 'node:net'
import type { PortRequest } from '../../../shared/definition.ts'

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
 * Chooses a host port for each request: the previous one of the project, else the wanted one if it is free, else one
 * that the engine finds. A fixed one is never replaced.
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

/**
 * Assigns a free port of this computer to each choice that was left to the engine: the engine would choose a new one at
 * every start, and a restart would move it.
 */
export async function settlePorts(choices: PortChoice[]): Promise<PortChoice[]> {
  const servers = choices.map((choice) => (choice.host === 0 ? createServer() : undefined))
  try {
    // All at once, so that no port is found twice.
    const found = await Promise.all(servers.map((server) => (server ? listen(server) : 0)))
    return choices.map((choice, at) => (choice.host === 0 ? { ...choice, host: found[at] ?? 0 } : choice))
  } finally {
    for (const server of servers) server?.close()
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(0))
    server.listen({ port: 0, host: '127.0.0.1' }, () => resolve((server.address() as AddressInfo).port))
  })
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
