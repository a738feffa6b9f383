import { isIP } from 'node:net'
import { type Mapping, mappingOf, type Scalar, scalar } from '../yaml/node.ts'
import { invalidAt, quotedAsWritten } from '../yaml/problem.ts'

/** Of one entry; each becomes one published port. */
const MAX_RANGE = 1000

/**
 * Ports in the short form (`80`, `8080:80`, `127.0.0.1:8080-8081:80-81/udp`, `[::1]:80:80`) in the long one, an entry for
 * each port of the container. A range that is published for a single port stays one: any of it will do.
 * Error: definition-invalid.
 */
export function longPorts(written: Scalar): Mapping[] {
  const text = String(written.value)
  const shown = quotedAsWritten(written)
  const fail = () => invalidAt(written.place, `${shown} is not a port to publish, such as "8080:80"`)
  const [ports = '', protocol = 'tcp', ...more] = text.split('/')
  const found = /^(?:(?:(\[[^\]]*\]|[^:]*):)?([\d-]*):)?([\d-]+)$/.exec(ports)
  if (!found || more.length > 0 || !/^(?:tcp|udp|sctp)$/i.test(protocol)) throw fail()
  const address = found[1]?.replace(/^\[(.*)\]$/, '$1')
  if (address && !isIP(address)) {
    throw invalidAt(written.place, `${shown} has no address to publish a port on before its first port`)
  }
  const container = rangeOf(found[3])
  const host = found[2] ? rangeOf(found[2]) : undefined
  if (!container || (found[2] && !host)) throw fail()
  const count = container.last - container.first + 1
  if (count > MAX_RANGE) throw invalidAt(written.place, `expected at most ${MAX_RANGE} ports in one entry`)
  if (host && count > 1 && host.last - host.first + 1 !== count) {
    throw invalidAt(written.place, `the two ranges of ${shown} are not of the same length`)
  }
  const of = (value: string | number | undefined) =>
    value === undefined ? undefined : scalar(value, written)
  return Array.from({ length: count }, (_, i) =>
    mappingOf(
      {
        mode: of('ingress'),
        host_ip: of(address || undefined),
        target: of(container.first + i),
        published: of(host && (count > 1 ? String(host.first + i) : (found[2] ?? ''))),
        protocol: of(protocol.toLowerCase()),
      },
      written,
    ),
  )
}

interface Range {
  first: number
  last: number
}

/** `80` or `80-90`; undefined for anything that is no ports. */
export function rangeOf(text: string | undefined): Range | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '') ?? []
  const [first, last] = [Number(from), Number(to)]
  return first >= 0 && first <= last && last <= 65535 ? { first, last } : undefined
}
