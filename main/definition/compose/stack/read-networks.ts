import { isIP } from 'node:net'
import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import type { NetworkUse, StackNetwork, StackService, StackVolume } from './stack.ts'

/** How a service is connected; without a word it is in the network `default`. Error: definition-invalid. */
export function readConnection(service: Fields): StackService['network'] {
  const mode = service.text('network_mode')
  const networks = service.named('networks')
  if (mode !== undefined && networks.length > 0) {
    throw service.problem('network_mode', `"${service.name}" cannot have both "network_mode" and "networks"`)
  }
  if (mode !== undefined) return { kind: 'mode', mode }
  if (networks.length === 0) return { kind: 'networks', networks: { default: NOTHING } }
  return {
    kind: 'networks',
    networks: Object.fromEntries(networks.map(([name, network]) => [name, readUse(network)])),
  }
}

const NOTHING: NetworkUse = { aliases: [], linkLocal: [], driverOptions: {} }

function readUse(network: Fields): NetworkUse {
  return {
    aliases: network.texts('aliases'),
    linkLocal: network.texts('link_local_ips'),
    driverOptions: network.filledPairs('driver_opts'),
    ...defined({
      ipv4: addressIn(network, 'ipv4_address', 4),
      ipv6: addressIn(network, 'ipv6_address', 6),
      mac: network.text('mac_address'),
      priority: network.number('priority'),
    }),
  }
}

function addressIn(network: Fields, key: string, version: number): string | undefined {
  const address = network.text(key)
  if (address === undefined || isIP(address) === version) return address
  throw network.problem(
    key,
    `"${network.path(key)}" must be an address of IPv${version}, not ${network.shown(key)}`,
  )
}

/** A network of the stack. Error: definition-invalid. */
export function readNetwork(network: Fields): StackNetwork {
  const ipam = network.fields('ipam')
  return {
    external: network.boolean('external') ?? false,
    internal: network.boolean('internal') ?? false,
    attachable: network.boolean('attachable') ?? false,
    driverOptions: network.filledPairs('driver_opts'),
    pools: (ipam?.list('config') ?? []).map((pool) => ({
      ...defined({
        subnet: pool.text('subnet'),
        range: pool.text('ip_range'),
        gateway: pool.text('gateway'),
      }),
      auxiliary: pool.filledPairs('aux_addresses'),
    })),
    labels: network.filledPairs('labels'),
    ...defined({
      name: network.text('name') || undefined,
      ipv4: network.boolean('enable_ipv4'),
      ipv6: network.boolean('enable_ipv6'),
      driver: network.text('driver'),
    }),
  }
}

/** A volume of the stack. Error: definition-invalid. */
export function readVolume(volume: Fields): StackVolume {
  const external = volume.boolean('external') ?? false
  const [other] = ['driver', 'driver_opts', 'labels'].filter((key) => volume.node(key) !== undefined)
  if (external && other !== undefined) {
    throw volume.problem(other, `"${volume.name}" is external, so "${other}" cannot be set`)
  }
  return {
    external,
    driverOptions: volume.filledPairs('driver_opts'),
    labels: volume.filledPairs('labels'),
    ...defined({ name: volume.text('name') || undefined, driver: volume.text('driver') }),
  }
}
