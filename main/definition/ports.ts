import type { PortRequest } from '../../shared/definition.ts'
import { invalid, type Origin, type Path, unsupported } from './origin.ts'
import type { PortAttributes } from './schema.ts'

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/
const LOOPBACK_ONLY = 'Pristine publishes on 127.0.0.1 only'

interface Attributes {
  portsAttributes?: Record<string, PortAttributes> | undefined
  otherPortsAttributes?: PortAttributes | undefined
}

/** `forwardPorts` with what `portsAttributes` says of each: a label, and whether the host port is fixed. */
export function readForwardPorts(
  written: readonly (number | string)[],
  attributes: Attributes,
  origin: Origin,
): PortRequest[] {
  return written.map((entry, i) => {
    const container = typeof entry === 'number' ? entry : parseForward(entry, origin, ['forwardPorts', i])
    const { label, requireLocalPort } = attributesOf(container, attributes)
    const request = { container, protocol: 'tcp' as const, host: container, fixed: requireLocalPort === true }
    return label === undefined ? request : { ...request, label }
  })
}

/** `appPort`: a number is the same fixed port on both sides, a text is as docker's `--publish`. */
export function readAppPorts(
  written: number | string | readonly (number | string)[],
  attributes: Attributes,
  origin: Origin,
): PortRequest[] {
  const entries = typeof written === 'object' ? written : [written]
  return entries.map((entry, i) => {
    const path = typeof written === 'object' ? ['appPort', i] : ['appPort']
    const request: PortRequest =
      typeof entry === 'number'
        ? { container: entry, protocol: 'tcp', host: entry, fixed: true }
        : parsePublish(entry, 'appPort', origin, path)
    const { label } = attributesOf(request.container, attributes)
    return label === undefined ? request : { ...request, label }
  })
}

/** docker's `--publish`: `8080:80`, `127.0.0.1:8080:80/udp`; without a host port any one will do. */
export function parsePublish(text: string, key: string, origin: Origin, path: Path): PortRequest {
  const [ports = '', protocol = 'tcp', ...more] = text.split('/')
  const found = /^(?:(?:(.*):)?(\d*):)?(\d+)$/.exec(ports)
  if (/^[^/]*\d-\d/.test(text))
    throw unsupported(origin, path, `${key}: ${text}`, 'ranges come in a later version')
  if (!found || more.length > 0 || (protocol !== 'tcp' && protocol !== 'udp')) {
    throw invalid(origin, path, `"${text}" is not a port to publish, such as "8080:80"`)
  }
  const [, address, host, container] = found
  if (address !== undefined && !LOOPBACK.test(address)) {
    throw unsupported(origin, path, `${key}: ${text}`, LOOPBACK_ONLY)
  }
  return {
    container: toPort(container, origin, path),
    protocol,
    host: toPort(host || container, origin, path),
    fixed: Boolean(host),
  }
}

/** Drops repeated requests, and movable ones of a container port that is already asked for. */
export function mergePorts(requests: readonly PortRequest[]): PortRequest[] {
  const merged: PortRequest[] = []
  const fixedFirst = [...requests].sort((a, b) => Number(b.fixed) - Number(a.fixed))
  for (const request of fixedFirst) {
    const same = merged.find(
      (other) =>
        other.container === request.container &&
        other.protocol === request.protocol &&
        (other.host === request.host || !request.fixed),
    )
    if (!same) merged.push({ ...request })
    else if (same.label === undefined && request.label !== undefined) same.label = request.label
  }
  return merged.sort(
    (a, b) => a.container - b.container || a.host - b.host || (a.protocol < b.protocol ? -1 : 1),
  )
}

function parseForward(text: string, origin: Origin, path: Path): number {
  const found = /^(?:(.+):)?(\d+)$/.exec(text)
  if (!found) throw invalid(origin, path, `"${text}" is not a port, nor "host:port"`)
  const [, host, port] = found
  if (host !== undefined && !LOOPBACK.test(host)) {
    throw unsupported(origin, path, `forwardPorts: ${text}`, 'ports of other hosts come with Docker Compose')
  }
  return toPort(port, origin, path)
}

function toPort(text: string | undefined, origin: Origin, path: Path): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port
  throw invalid(origin, path, `"${text}" is not a port from 1 to 65535`)
}

/** Keys are a port, `host:port` or a range; patterns speak of processes, which no container port has yet. */
function attributesOf(
  port: number,
  { portsAttributes = {}, otherPortsAttributes }: Attributes,
): PortAttributes {
  const entries = Object.entries(portsAttributes)
  const exact = entries.find(([key]) => key === String(port) || key === `localhost:${port}`)
  const range = entries.find(([key]) => {
    const [, low, high] = /^(\d+)-(\d+)$/.exec(key) ?? []
    return low !== undefined && Number(low) <= port && port <= Number(high)
  })
  return exact?.[1] ?? range?.[1] ?? otherPortsAttributes ?? {}
}
