import type { NetworkConnectOptions, NetworkCreateOptions, NetworkInspectInfo } from 'dockerode'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Engine } from './connection/connect.ts'
import { call, isConflict, isNotFound, reasonOf, statusOf } from './connection/engine-call.ts'
import { LABEL } from './labels.ts'

type Signal = { signal?: AbortSignal | undefined }

/** What a network is to be. */
export interface NetworkSpec {
  /** Without a way out of this computer. */
  internal: boolean
  ipv4?: boolean | undefined
  ipv6?: boolean | undefined
  labels: Record<string, string>
}

/** How engines say that each subnet of their pools is taken by a network. */
const NO_POOL = /non-overlapping IPv4 address pool|fully subnetted|could not find free subnet/i

/**
 * Creates a network. Errors: `networks-exhausted` where the engine has no addresses left; an unsuitable request is
 * `engine-refused`.
 */
export async function createNetwork(
  engine: Engine,
  name: string,
  { internal, ipv4, ipv6, labels }: NetworkSpec,
  run: Signal = {},
): Promise<void> {
  const options: NetworkCreateOptions = {
    Name: name,
    Internal: internal,
    Labels: labels,
    ...(ipv6 !== undefined && { EnableIPv6: ipv6 }),
    // The type lacks it: only newer engines have it.
    ...(ipv4 !== undefined && { EnableIPv4: ipv4 }),
  }
  await call(
    'creating the network',
    (abortSignal) => engine.docker.createNetwork({ ...options, abortSignal }),
    { signal: run.signal },
  ).catch(async (error: unknown) => {
    if (!NO_POOL.test(isProductError(error, 'engine-refused') ? error.why : reasonOf(error))) throw error
    const names = await unusedNetworks(engine).catch(() => [])
    throw productError('networks-exhausted', { names }, { cause: error })
  })
}

/** The networks of sets that no running container is in. */
async function unusedNetworks(engine: Engine): Promise<string[]> {
  const found = await listNetworks(engine, [LABEL.set])
  const details = await Promise.all(
    found.map(({ Id }) =>
      call(
        'inspecting the network',
        (): Promise<NetworkInspectInfo> => engine.docker.getNetwork(Id).inspect(),
      ),
    ),
  )
  return details.flatMap(({ Name, Containers }) => (Object.keys(Containers ?? {}).length === 0 ? [Name] : []))
}

/** Whether there is a network of this name or id. */
export async function hasNetwork(engine: Engine, network: string): Promise<boolean> {
  try {
    await call(
      'inspecting the network',
      (): Promise<NetworkInspectInfo> => engine.docker.getNetwork(network).inspect(),
      { expected: [404] },
    )
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/** The networks that carry every one of the labels (`key` or `key=value`). */
export function listNetworks(engine: Engine, labels: string[]): Promise<NetworkInspectInfo[]> {
  return call('listing the networks', (abortSignal) =>
    engine.docker.listNetworks({ filters: JSON.stringify({ label: labels }), abortSignal }),
  )
}

/** Connects a container to a network, in which it has these names besides its own. Errors: those of the engine. */
export async function connectContainer(
  engine: Engine,
  network: string,
  container: string,
  aliases: string[],
  run: Signal = {},
): Promise<void> {
  await call(
    'connecting the container to its network',
    (abortSignal) =>
      engine.docker.getNetwork(network).connect({
        Container: container,
        EndpointConfig: { Aliases: aliases },
        abortSignal,
      } as NetworkConnectOptions),
    { signal: run.signal },
  )
}

/**
 * Removes a network; one that is gone already is fine. One that a container is still in stays: it goes with a later
 * command.
 */
export async function removeNetwork(engine: Engine, network: string): Promise<void> {
  await call(
    'removing the network',
    (abortSignal) => engine.docker.getNetwork(network).remove({ abortSignal }),
    {
      expected: [403, 404, 409],
    },
  ).catch((error: unknown) => {
    // 403: it has active endpoints.
    if (!isNotFound(error) && !isConflict(error) && statusOf(error) !== 403) throw error
  })
}
