import { isIP } from 'node:net'
import { rangeOf } from '../load/short-port.ts'
import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import type { StackPort } from './stack.ts'

const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const

/** One published port, in the long form. Error: definition-invalid. */
export function readPort(port: Fields): StackPort {
  const target = port.whole('target', { least: 1, most: 65535 })
  if (target === undefined) throw port.problem(undefined, `"${port.name}" needs "target"`)
  const address = port.text('host_ip')
  if (address && !isIP(address)) {
    throw port.problem(
      'host_ip',
      `"${port.path('host_ip')}" must be an address, not ${port.shown('host_ip')}`,
    )
  }
  const written = port.text('protocol')?.toLowerCase() ?? 'tcp'
  const protocol = PROTOCOLS.find((one) => one === written)
  if (protocol === undefined) {
    throw port.problem(
      'protocol',
      `"${port.path('protocol')}" must be tcp or udp, not ${port.shown('protocol')}`,
    )
  }
  return {
    target,
    protocol,
    ...defined({
      published: readPublished(port),
      address: address || undefined,
      name: port.text('name'),
      mode: port.text('mode'),
      appProtocol: port.text('app_protocol'),
    }),
  }
}

/** 0 and nothing are any port at all. */
function readPublished(port: Fields): StackPort['published'] {
  const node = port.node('published')
  if (node?.kind !== 'scalar' || node.value === '' || String(node.value) === '0') return undefined
  const range = rangeOf(String(node.value))
  if (range && range.first > 0) return range
  const problem = `"${port.path('published')}" must be a port from 1 to 65535, or a range of them`
  throw port.problem('published', problem)
}
