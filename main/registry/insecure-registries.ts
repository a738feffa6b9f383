import { BlockList, isIP } from 'node:net'
import type { Engine } from '../docker/connection/connect.ts'
import { call } from '../docker/connection/engine-call.ts'

/** Whether plain HTTP may be spoken to a registry, by its name, as `registry.lan:5000`. */
export type IsPlain = (registry: string) => Promise<boolean>

/** What an engine says of registries: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo */
export interface RegistryConfig {
  /** Networks whose registries it reaches without encryption. */
  InsecureRegistryCIDRs?: string[] | null
  /** By the registry's name. */
  IndexConfigs?: Record<string, { Secure?: boolean }> | null
}

/**
 * Asks the engine, once and only when it has to be known, with which registries it speaks without encryption. One that cannot
 * be asked, or is on another computer, allows none.
 */
export function insecureRegistries(engine: () => Promise<Engine>): IsPlain {
  let config: Promise<RegistryConfig | undefined> | undefined
  return async (registry) => {
    config ??= readConfig(engine).catch(() => undefined)
    return allowsPlain((await config) ?? {}, registry)
  }
}

async function readConfig(engine: () => Promise<Engine>): Promise<RegistryConfig | undefined> {
  const { docker, local } = await engine()
  if (!local) return undefined
  const info = await call(
    'describing itself',
    // dockerode's types do not know that it takes options here.
    (abortSignal): Promise<{ RegistryConfig?: RegistryConfig | null }> =>
      (docker as unknown as { info(options: object): Promise<object> }).info({ abortSignal }),
  )
  return info.RegistryConfig ?? undefined
}

/**
 * Whether an engine with this configuration reaches a registry without encryption: one that it names, or whose address is in
 * a network that it names. A name is not resolved: who answers for it must not decide.
 */
export function allowsPlain(
  { IndexConfigs, InsecureRegistryCIDRs }: RegistryConfig,
  registry: string,
): boolean {
  const named = IndexConfigs && Object.hasOwn(IndexConfigs, registry) ? IndexConfigs[registry] : undefined
  if (named) return named.Secure === false
  const address = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  const family = isIP(address)
  if (family === 0) return false
  const networks = new BlockList()
  for (const network of InsecureRegistryCIDRs ?? []) {
    const [start = '', bits = ''] = network.split('/')
    const type = isIP(start) === 4 ? 'ipv4' : 'ipv6'
    const isNetwork =
      isIP(start) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (type === 'ipv4' ? 32 : 128)
    if (isNetwork) networks.addSubnet(start, Number(bits), type)
  }
  return networks.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
