import type { PortRequest } from '../../../shared/definition.ts'
import type { StackService } from '../compose/stack/stack.ts'
import { mergePorts } from './run/parse-ports.ts'

/**
 * The ports of services, each with the service that has the network: `network_mode: service:db` gives a service that of db,
 * where its ports are published.
 */
export function portsByNetwork(
  services: Readonly<Record<string, StackService>>,
  ports: ReadonlyMap<string, PortRequest[]>,
): Map<string, PortRequest[]> {
  const placed = Map.groupBy(
    [...ports].flatMap(([name, requests]) => requests.map((request) => ({ name, request }))),
    ({ name }) => networkOwner(services, name),
  )
  return new Map([...placed].map(([name, found]) => [name, mergePorts(found.map(({ request }) => request))]))
}

/** The service whose network a service is in, which is its own as a rule. Services in a circle are refused before. */
function networkOwner(services: Readonly<Record<string, StackService>>, name: string): string {
  const network = services[name]?.network
  const owner = network?.kind === 'mode' ? /^service:(.+)$/.exec(network.mode)?.[1] : undefined
  return owner === undefined ? name : networkOwner(services, owner)
}
