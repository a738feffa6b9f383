import { canonical } from '../../../shared/canonical.ts'
import type { ContainerSpec } from '../../docker/containers.ts'

type Bindings = Record<string, { HostIp?: string }[]>

/**
 * A create request with the ports of this computer that its definition wants, as it is judged: one that is taken is replaced
 * by a free one. `wanted`: the same request with those. One that publishes anything else stays as it is.
 */
export function withRequestedPorts(spec: ContainerSpec, wanted: ContainerSpec): ContainerSpec {
  const bindings = wanted.HostConfig?.PortBindings
  if (placesOf(spec.HostConfig?.PortBindings) !== placesOf(bindings)) return spec
  return { ...spec, HostConfig: { ...spec.HostConfig, PortBindings: bindings } }
}

/** What is published, and on which addresses. */
const placesOf = (bindings: unknown): string =>
  canonical(
    Object.entries((bindings ?? {}) as Bindings)
      .map(([key, all]) => [key, all.map(({ HostIp = '' }) => HostIp)])
      .sort(),
  )
