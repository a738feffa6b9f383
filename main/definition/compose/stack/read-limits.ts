import { defined } from './defined.ts'
import type { Fields } from './fields.ts'
import type { DeviceRequest, ServiceIsolation, ServiceLimits } from './stack.ts'

/** Limits of a service, those of its deployment too; two that differ are `definition-invalid`. */
export function readLimits(service: Fields): ServiceLimits {
  const resources = service.fields('deploy')?.fields('resources')
  const limits = resources?.fields('limits')
  const reservations = resources?.fields('reservations')
  return {
    ...defined({
      cpus: same(service, 'cpus', service.number('cpus', { least: 0 }), limits?.number('cpus', { least: 0 })),
      cpuShares: service.whole('cpu_shares', { least: 0 }),
      cpuPeriod: service.whole('cpu_period', { least: 0 }),
      cpuQuota: service.whole('cpu_quota', { least: -1 }),
      cpuset: service.text('cpuset'),
      blkioWeight: service.fields('blkio_config')?.whole('weight', { least: 0, most: 1000 }),
      memory: same(service, 'mem_limit', service.bytes('mem_limit'), limits?.bytes('memory')),
      memoryReservation: same(
        service,
        'mem_reservation',
        service.bytes('mem_reservation'),
        reservations?.bytes('memory'),
      ),
      memorySwap: service.bytes('memswap_limit'),
      memorySwappiness: service.whole('mem_swappiness', { least: -1, most: 100 }),
      pidsLimit: same(
        service,
        'pids_limit',
        service.whole('pids_limit', { least: -1 }),
        limits?.whole('pids', { least: -1 }),
      ),
      shmSize: service.bytes('shm_size'),
    }),
    ulimits: readUlimits(service),
  }
}

function same(
  service: Fields,
  key: string,
  own: number | undefined,
  deployed: number | undefined,
): number | undefined {
  if (own !== undefined && deployed !== undefined && own !== deployed) {
    throw service.problem(key, `"${service.path(key)}" and the limit in "deploy" are not the same`)
  }
  return own ?? deployed
}

function readUlimits(service: Fields): ServiceLimits['ulimits'] {
  const ulimits = service.fields('ulimits')
  const found: ServiceLimits['ulimits'] = {}
  for (const name of ulimits?.keys() ?? []) {
    const node = ulimits?.node(name)
    if (node?.kind === 'map') {
      const both = ulimits?.fields(name)
      const soft = both?.whole('soft', { least: -1 })
      const hard = both?.whole('hard', { least: -1 })
      if (soft === undefined || hard === undefined) {
        throw both?.problem(undefined, `"${both.name}" needs both "soft" and "hard"`)
      }
      found[name] = { soft, hard }
    } else {
      const limit = ulimits?.whole(name, { least: -1 }) ?? -1
      found[name] = { soft: limit, hard: limit }
    }
  }
  return found
}

/** What a container may do beyond being one. Error: definition-invalid. */
export function readIsolation(service: Fields): ServiceIsolation {
  const reserved = service.fields('deploy')?.fields('resources')?.fields('reservations')
  return {
    ...defined({
      privileged: service.boolean('privileged'),
      readOnly: service.boolean('read_only'),
      ipc: service.text('ipc'),
      pid: service.text('pid'),
      uts: service.text('uts'),
      userns: service.text('userns_mode'),
      cgroup: service.text('cgroup'),
      runtime: service.text('runtime'),
      oomScoreAdj: service.whole('oom_score_adj', { least: -1000, most: 1000 }),
    }),
    capAdd: service.texts('cap_add'),
    capDrop: service.texts('cap_drop'),
    securityOpt: service.texts('security_opt'),
    devices: service.list('devices').map(readDevice),
    deviceCgroupRules: service.texts('device_cgroup_rules'),
    deviceRequests: [
      ...service.list('gpus').map((gpu) => readDeviceRequest(gpu, ['gpu'])),
      ...(reserved?.list('devices') ?? []).map((device) => readDeviceRequest(device, [])),
    ],
    groupAdd: service.texts('group_add'),
    sysctls: service.filledPairs('sysctls'),
  }
}

function readDevice(device: Fields): ServiceIsolation['devices'][number] {
  const source = device.requiredText('source')
  const access = device.text('permissions') ?? 'rwm'
  if (!/^[rwm]{1,3}$/.test(access)) {
    throw device.problem('permissions', `"${device.path('permissions')}" must be letters of r, w and m`)
  }
  return { source, target: device.text('target') ?? source, access }
}

function readDeviceRequest(request: Fields, capabilities: string[]): DeviceRequest {
  const ids = request.texts('device_ids')
  const counted = request.node('count')
  if (counted !== undefined && ids.length > 0) {
    throw request.problem('count', `"${request.name}" cannot have both "count" and "device_ids"`)
  }
  const isAll = counted?.kind === 'scalar' && counted.value === 'all'
  const count = counted === undefined || isAll ? undefined : request.whole('count', { least: -1 })
  return {
    ...defined({
      driver: request.text('driver'),
      count: ids.length > 0 ? undefined : (count ?? -1),
    }),
    ids,
    capabilities: [...new Set([...capabilities, ...request.texts('capabilities')])],
    options: request.filledPairs('options'),
  }
}
