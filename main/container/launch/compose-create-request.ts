import type { RunConfig } from '../../../shared/definition.ts'
import { environmentOf } from '../../definition/compose/read-env-files.ts'
import type { DeviceRequest, StackHealth } from '../../definition/compose/stack/stack.ts'
import type { ComposedService } from '../../definition/read-project.ts'
import type { ContainerSpec, MountSettings } from '../../docker/containers.ts'
import type { RequestImage } from './create-request-parts.ts'

const MS = 1_000_000

/** What the services of one set share, by the engine's names. */
export interface SetNames {
  /** A network of the stack's own. */
  network(key: string): string
  /** The container of a service. */
  container(service: string): string
}

/** Names that are the same for every set, for what is compared. No network or container can be called so. */
export const FIXED_NAMES: SetNames = {
  network: (key) => `network:${key}`,
  container: (service) => `service:${service}`,
}

/** What a container has in one of its networks. */
export interface Connection {
  /** The engine's name of the network. */
  network: string
  aliases: string[]
}

/**
 * The networks of a service in the order of their names, by the engine's names of them. The first is part of the create
 * request; engines before API 1.44 connect a container to the others afterwards. Empty for a service that has a mode
 * instead. The names by which others link to it are names for all.
 */
export function connectionsOf({ service, stack }: ComposedService, names: SetNames): Connection[] {
  if (service.network.kind === 'mode') return []
  const links = Object.values(stack.services).flatMap((other) =>
    other.links.flatMap((link) => {
      const [name, alias] = link.split(':')
      return name === service.name && alias !== undefined ? [alias] : []
    }),
  )
  return Object.entries(service.network.networks)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { aliases }]) => {
      const network = stack.networks[key]
      const own = [service.name, ...(service.containerName === undefined ? [] : [service.containerName])]
      return {
        network: network?.external ? (network.name ?? key) : names.network(key),
        aliases: [...new Set([...own, ...aliases, ...links])],
      }
    })
}

/**
 * The volumes of a service that are there already and not the project's, where devcontainer.json mounts nothing else at their
 * place.
 */
export const externalVolumes = (
  composed: ComposedService | undefined,
  { mounts }: Pick<RunConfig, 'mounts'>,
): MountSettings[] =>
  (composed?.service.mounts ?? []).flatMap((mount): MountSettings[] => {
    if (mount.kind !== 'volume' || mount.source === undefined) return []
    const volume = composed?.stack.volumes[mount.source]
    if (!volume?.external || mounts.some(({ target }) => target === mount.target)) return []
    const { source, target, readOnly } = mount
    return [{ Type: 'volume', Source: volume.name ?? source, Target: target, ReadOnly: readOnly }]
  })

/** The engine's names of the networks of a service that are there already. */
export const externalNetworks = ({ service, stack }: ComposedService): string[] =>
  service.network.kind === 'mode'
    ? []
    : Object.keys(service.network.networks).flatMap((key) => {
        const network = stack.networks[key]
        return network?.external ? [network.name ?? key] : []
      })

/**
 * Adds to the create request of a service what only its Compose files can say. `run` is how it runs, with them; `image` is
 * its image.
 */
export function composeCreateRequest(
  spec: ContainerSpec,
  composed: ComposedService,
  run: RunConfig,
  image: RequestImage,
  names: SetNames,
): ContainerSpec {
  const { service } = composed
  const unset = Object.entries(environmentOf(service)).flatMap(([name, value]) =>
    value === null && !Object.hasOwn(run.containerEnv, name) ? [name] : [],
  )
  const [first] = connectionsOf(composed, names)
  const joined = (mode: string | undefined): string | undefined => {
    const [, name] = /^service:(.+)$/.exec(mode ?? '') ?? []
    return name === undefined ? undefined : `container:${names.container(name)}`
  }
  const { network, pid, ipc } = run.options
  return {
    ...spec,
    ...programOf(composed, run, image),
    ...(service.tty && { Tty: true }),
    // A shell goes on for as long as its input is open.
    ...(service.stdinOpen && { OpenStdin: true }),
    // A name without a value takes away what the image has.
    ...(unset.length > 0 && { Env: [...(spec.Env ?? []), ...unset] }),
    ...(service.healthcheck && !run.health && { Healthcheck: healthOf(service.healthcheck) }),
    ...(first && {
      NetworkingConfig: { EndpointsConfig: { [first.network]: { Aliases: first.aliases } } },
    }),
    HostConfig: {
      ...spec.HostConfig,
      ...(first && { NetworkMode: first.network }),
      ...defined({ NetworkMode: joined(network), PidMode: joined(pid), IpcMode: joined(ipc) }),
      ...(service.deviceRequests.length > 0 && { DeviceRequests: service.deviceRequests.map(deviceRequest) }),
    },
  }
}

const defined = (modes: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(modes).flatMap(([key, mode]) => (mode === undefined ? [] : [[key, mode]])),
  )

/** What runs, where Compose files say it: a given entry point takes the image's command away, too. */
function programOf(
  { service: { entrypoint, command } }: ComposedService,
  { overrideCommand, entrypoints }: RunConfig,
  { Config }: RequestImage,
): Pick<ContainerSpec, 'Entrypoint' | 'Cmd'> {
  if (overrideCommand || (entrypoint === undefined && command === undefined)) return {}
  const Cmd = command ?? (entrypoint === undefined ? (Config.Cmd ?? []) : [])
  if (entrypoints) {
    const script = [...entrypoints, 'exec "$@"'].join('\n')
    return { Entrypoint: ['/bin/sh', '-c', script, 'sh', ...(entrypoint ?? Config.Entrypoint ?? [])], Cmd }
  }
  // An image without a program is not kept alive by another one then.
  if (entrypoint === undefined) {
    const own = Config.Entrypoint ?? []
    // The engine takes the image's command for an empty one unless an entry point is given with it.
    return own.length > 0 && Cmd.length > 0 ? { Cmd } : { Entrypoint: [...own], Cmd }
  }
  // The engine takes an empty list as if it were not there.
  return { Entrypoint: entrypoint.length > 0 ? entrypoint : [''], Cmd }
}

function healthOf(health: StackHealth): ContainerSpec['Healthcheck'] {
  if (health.kind === 'disabled') return { Test: ['NONE'] }
  const nanoseconds = (time: number | undefined) => (time === undefined ? undefined : time * MS)
  const given = {
    Test: health.test,
    Interval: nanoseconds(health.interval),
    Timeout: nanoseconds(health.timeout),
    StartPeriod: nanoseconds(health.startPeriod),
    Retries: health.retries,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const deviceRequest = ({ driver, count, ids, capabilities, options }: DeviceRequest) => ({
  ...(driver !== undefined && { Driver: driver }),
  ...(count !== undefined && { Count: count }),
  ...(ids.length > 0 && { DeviceIDs: ids }),
  Capabilities: [capabilities],
  ...(Object.keys(options).length > 0 && { Options: options }),
})
