import type { RunOptions } from '../../../shared/definition.ts'
import type { ContainerSpec } from '../../docker/containers.ts'

/** Options of `docker run` that few definitions have, as the engine's create request has them. */
export function extraHostConfig(options: RunOptions): NonNullable<ContainerSpec['HostConfig']> {
  return defined({
    MemoryReservation: options.memoryReservation,
    MemorySwap: options.memorySwap,
    MemorySwappiness: options.memorySwappiness,
    CpuShares: options.cpuShares,
    CpuPeriod: options.cpuPeriod,
    CpuQuota: options.cpuQuota,
    CpusetCpus: options.cpusetCpus,
    CpusetMems: options.cpusetMems,
    BlkioWeight: options.blkioWeight,
    DnsOptions: options.dnsOptions,
    DnsSearch: options.dnsSearch,
    GroupAdd: options.groupAdd,
    Sysctls: options.sysctls,
    DeviceCgroupRules: options.deviceCgroupRules,
    DeviceRequests: options.gpus === undefined ? undefined : [gpuRequest(options.gpus)],
    Runtime: options.runtime,
    OomScoreAdj: options.oomScoreAdj,
  })
}

/** `all`, a number, or `device=` and names with commas. */
function gpuRequest(gpus: string): object {
  const Capabilities = [['gpu']]
  const [, devices] = /^device=(.*)$/.exec(gpus) ?? []
  if (devices !== undefined) return { DeviceIDs: devices.split(','), Capabilities }
  return { Count: gpus === 'all' ? -1 : Number(gpus), Capabilities }
}

function defined(settings: Record<string, unknown>): NonNullable<ContainerSpec['HostConfig']> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
