import { productError } from '../../../shared/errors.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { hasNetwork } from '../../docker/networks.ts'
import { inspectVolume } from '../../docker/volumes.ts'

/**
 * Refuses a set whose Compose files name external volumes or networks that do not exist: an engine would create an empty
 * volume without an owner, and would refuse the network only at the start. Error: `external-missing`.
 */
export async function requireExternal(engine: Engine, launches: readonly Launch[]): Promise<void> {
  for (const { parts } of launches) {
    if (!parts.composed) continue
    const { service, stack } = parts.composed
    for (const mount of service.mounts) {
      const key = mount.kind === 'volume' ? mount.source : undefined
      const volume = key === undefined ? undefined : stack.volumes[key]
      if (key === undefined || !volume?.external) continue
      const name = volume.name ?? key
      if (await inspectVolume(engine, name)) continue
      throw productError('external-missing', { what: 'volume', name, key: `volumes.${key}` })
    }
    const { network } = service
    for (const key of network.kind === 'networks' ? Object.keys(network.networks) : []) {
      const { external = false, name = key } = stack.networks[key] ?? {}
      if (!external || (await hasNetwork(engine, name))) continue
      throw productError('external-missing', { what: 'network', name, key: `networks.${key}` })
    }
  }
}
