import { isIP } from 'node:net'
import type { PortRequest } from '../../../../shared/definition.ts'
import { isPortOf, ONE_PORT, PORT_RANGE } from '../document/port-keys.ts'
import type { PortAttributes } from '../document/schema.ts'
import { invalid, type Origin, type Path, unsupported } from '../document/source-position.ts'

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

/** What a definition or an image says of ports beside their numbers. */
export interface PortsAttributes {
  portsAttributes?: Record<string, PortAttributes> | undefined
  otherPortsAttributes?: PortAttributes | undefined
}

/**
 * `forwardPorts` with the `portsAttributes` of each port: a label, and whether the host port is fixed. Ports of other
 * `services` of the definition are left out.
 */
export function readForwardPorts(
  written: readonly (number | string)[],
  attributes: PortsAttributes,
  origin: Origin,
  services: readonly string[] = [],
): PortRequest[] {
  const attributesOf = readAttributes(attributes)
  return written.flatMap((entry, i) => {
    if (services.some((service) => isPortOf(service, entry))) return []
    const container = typeof entry === 'number' ? entry : parseForward(entry, origin, ['forwardPorts', i])
    return [forwarded(container, attributesOf(container))]
  })
}

/** The `forwardPorts` of another service of the definition (`db:5432`), whose attributes have the same key. */
export function readServicePorts(
  service: string,
  written: readonly (number | string)[],
  { portsAttributes = {} }: PortsAttributes,
  origin: Origin,
): PortRequest[] {
  return written.flatMap((entry, i) => {
    if (!isPortOf(service, entry)) return []
    const container = toPort(String(entry).slice(service.length + 1), origin, ['forwardPorts', i])
    const key = String(entry)
    return [forwarded(container, (Object.hasOwn(portsAttributes, key) && portsAttributes[key]) || {})]
  })
}

/** Whether a `forwardPorts` is one of the container itself, and not of another host. */
export function isOwnPort(written: number | string): boolean {
  const host = typeof written === 'number' ? undefined : /^(.+):\d+$/.exec(written)?.[1]
  return host === undefined || LOOPBACK.test(host)
}

function forwarded(container: number, { label, requireLocalPort }: PortAttributes): PortRequest {
  const request = { container, protocol: 'tcp' as const, host: container, fixed: requireLocalPort === true }
  return label === undefined ? request : { ...request, label }
}

/** `appPort`: a number is the same fixed port on both sides, a text is as docker's `--publish`. */
export function readAppPorts(
  written: number | string | readonly (number | string)[],
  attributes: PortsAttributes,
  origin: Origin,
): PortRequest[] {
  const entries = typeof written === 'object' ? written : [written]
  const attributesOf = readAttributes(attributes)
  return entries.flatMap((entry, i) => {
    const path = typeof written === 'object' ? ['appPort', i] : ['appPort']
    const requests: PortRequest[] =
      typeof entry === 'number'
        ? [{ container: entry, protocol: 'tcp', host: entry, fixed: true }]
        : parsePublish(entry, 'appPort', origin, path)
    return requests.map((request) => {
      const { label } = attributesOf(request.container)
      return label === undefined ? request : { ...request, label }
    })
  })
}

/** So many ports a range has at most: the engine runs a program for each. */
const LONGEST_RANGE = 1024

/**
 * docker's `--publish`: `8080:80`, `127.0.0.1:8080:80/udp`, `3000-3005:3000-3005`; without a host port any one will do,
 * without an address it is 127.0.0.1. Errors: `definition-invalid`, `definition-unsupported`.
 */
export function parsePublish(text: string, key: string, origin: Origin, path: Path): PortRequest[] {
  const [ports = '', protocol = 'tcp', ...more] = text.split('/')
  const found = /^(?:(?:(.*):)?(\d+(?:-\d+)?)?:)?(\d+(?:-\d+)?)$/.exec(ports)
  if (!found || more.length > 0 || (protocol !== 'tcp' && protocol !== 'udp')) {
    throw invalid(origin, path, `"${text}" is not a port to publish, such as "8080:80"`)
  }
  const [, address, host, container = ''] = found
  const beyond =
    address === undefined || LOOPBACK.test(address) ? undefined : address.replace(/^\[(.*)\]$/, '$1')
  if (beyond !== undefined && !isIP(beyond)) {
    throw invalid(origin, path, `"${address}" is not an address to publish a port on`)
  }
  const inside = toRange(container, origin, path)
  const outside = host ? toRange(host, origin, path) : inside
  if (inside.length === 1 && outside.length > 1)
    throw unsupported(origin, path, `${key}: ${text}`, 'name one host port, or none for any that is free')
  if (inside.length !== outside.length)
    throw invalid(origin, path, `the two ranges of "${text}" are not of the same length`)
  return inside.map((container, at) => ({
    ...(beyond !== undefined && { address: beyond }),
    container,
    protocol,
    host: outside[at] ?? container,
    fixed: Boolean(host),
  }))
}

/** The ports of `80`, or of `3000-3005`. */
function toRange(text: string, origin: Origin, path: Path): number[] {
  const [first = 0, last = first] = text.split('-').map((port) => toPort(port, origin, path))
  const length = last - first + 1
  if (length < 1) throw invalid(origin, path, `the range "${text}" ends before it begins`)
  if (length > LONGEST_RANGE)
    throw invalid(origin, path, `the range "${text}" has ${length} ports, more than ${LONGEST_RANGE}`)
  return Array.from({ length }, (_, at) => first + at)
}

/** Drops repeated requests, and movable ones of a container port that is already requested. */
export function mergePorts(requests: readonly PortRequest[]): PortRequest[] {
  const merged = new Map<string, PortRequest>()
  const byContainer = new Map<string, PortRequest>()
  const fixedFirst = [...requests].sort((a, b) => Number(b.fixed) - Number(a.fixed))
  for (const request of fixedFirst) {
    const container = `${request.container}/${request.protocol}`
    const key = `${request.address ?? ''} ${request.host}:${container}`
    const same = request.fixed ? merged.get(key) : byContainer.get(container)
    if (!same) {
      const added = { ...request }
      merged.set(key, added)
      if (!byContainer.has(container)) byContainer.set(container, added)
    } else if (same.label === undefined && request.label !== undefined) same.label = request.label
  }
  return [...merged.values()].sort(
    (a, b) => a.container - b.container || a.host - b.host || (a.protocol < b.protocol ? -1 : 1),
  )
}

function parseForward(text: string, origin: Origin, path: Path): number {
  const found = /^(?:(.+):)?(\d+)$/.exec(text)
  if (!found) throw invalid(origin, path, `"${text}" is not a port, nor "host:port"`)
  const [, host, port] = found
  if (host !== undefined && !LOOPBACK.test(host)) {
    throw unsupported(
      origin,
      path,
      `forwardPorts: ${text}`,
      'only ports of services of the definition can be forwarded, besides those of the container',
    )
  }
  return toPort(port, origin, path)
}

function toPort(text: string | undefined, origin: Origin, path: Path): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port
  throw invalid(origin, path, `"${text}" is not a port from 1 to 65535`)
}

/**
 * The attributes of a container port. Keys are a port, `host:port` or a range; patterns speak of processes, which no
 * container port has yet.
 */
export function readAttributes({ portsAttributes = {}, otherPortsAttributes }: PortsAttributes) {
  const exact = new Map<number, PortAttributes>()
  const ranges: { low: number; high: number; attributes: PortAttributes }[] = []
  for (const [key, attributes] of Object.entries(portsAttributes)) {
    const port = ONE_PORT.exec(key)?.[1]
    if (port !== undefined && !exact.has(Number(port))) exact.set(Number(port), attributes)
    const [, low, high] = PORT_RANGE.exec(key) ?? []
    if (low !== undefined) ranges.push({ low: Number(low), high: Number(high), attributes })
  }
  const found = new Map<number, PortAttributes>()
  return (port: number): PortAttributes => {
    const known = exact.get(port) ?? found.get(port)
    if (known) return known
    const range = ranges.find(({ low, high }) => low <= port && port <= high)
    const attributes = range?.attributes ?? otherPortsAttributes ?? {}
    found.set(port, attributes)
    return attributes
  }
}
