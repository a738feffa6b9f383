import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { PortRequest } from '../../../shared/definition.ts'
import { isSystemError } from '../../../shared/errors.ts'

/** A published port: where the container listens, and on which port of 127.0.0.1 that can be reached. */
export interface PortChoice {
  request: PortRequest
  /** 0: the engine chooses. */
  host: number
}

/** `3000/tcp`, as the engine writes it. */
export const portKey = (port: { container: number; protocol: string }): string =>
  `${port.container}/${port.protocol}`

/** The host ports that a service had, by container port, and whether it requests today what it requested then. */
export interface HeldPorts {
  ports: ReadonlyMap<string, number>
  same: boolean
}

/**
 * Chooses a host port for each request: the previous one of the service if it requests the same as before, else the wanted
 * one if it is free, else the previous one, else one that the engine finds. A fixed one is never replaced. `taken` are ports
 * of other services (`hostKey`), to which the chosen ones are added.
 */
export async function choosePorts(
  requests: PortRequest[],
  held: HeldPorts,
  isFree: (port: number, protocol: PortRequest['protocol']) => Promise<boolean>,
  taken: Set<string> = new Set(),
): Promise<PortChoice[]> {
  for (const key of keptPorts(requests, held)) taken.add(key)
  const choices: PortChoice[] = []
  for (const request of requests) {
    const host = keptPort(request, held) ?? (await choose(request))
    taken.add(hostKey(host, request.protocol))
    choices.push({ request, host })
  }
  return choices

  async function choose(request: PortRequest): Promise<number> {
    const isLeft = (port: number) => !taken.has(hostKey(port, request.protocol))
    if (isLeft(request.host) && (await isFree(request.host, request.protocol))) return request.host
    const before = held.ports.get(portKey(request)) ?? 0
    return isLeft(before) ? before : 0
  }
}

/** The host ports that requests get whatever is taken, each as `hostKey`. */
export const keptPorts = (requests: PortRequest[], held: HeldPorts): string[] =>
  requests.flatMap((request) => {
    const host = keptPort(request, held)
    return host === undefined ? [] : [hostKey(host, request.protocol)]
  })

const keptPort = (request: PortRequest, { ports, same }: HeldPorts): number | undefined =>
  request.fixed ? request.host : same ? ports.get(portKey(request)) : undefined

/** A port of this computer: one number is two ports, for TCP and for UDP. */
export const hostKey = (port: number, protocol: PortRequest['protocol']): string => `${port}/${protocol}`

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

/**
 * Whether nothing on this computer listens on a port of 127.0.0.1 (or of every address). One on which this user may not
 * listen, such as those below 1024, counts as free: engines often may, and refuse the start otherwise (`takenPort`).
 */
export async function isPortFree(port: number, protocol: PortRequest['protocol']): Promise<boolean> {
  const canListen = protocol === 'udp' ? canBind : canServe
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'))
}

function canServe(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(!isInUse(error)))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

function canBind(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', (error) => {
      socket.close()
      resolve(!isInUse(error))
    })
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

/** Windows refuses what it reserves for itself in the way in which others refuse a user. */
const isInUse = (error: Error): boolean =>
  isSystemError(error, 'EADDRINUSE') || (process.platform === 'win32' && isSystemError(error, 'EACCES'))
