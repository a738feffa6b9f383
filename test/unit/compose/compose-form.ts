import { posix } from 'node:path'
import { environmentOf } from '../../../main/definition/compose/read-env-files.ts'
import type {
  FileUse,
  Stack,
  StackBuild,
  StackFile,
  StackMount,
  StackService,
} from '../../../main/definition/compose/stack/stack.ts'

type Json = Record<string, unknown>

/** Keys of docker-compose's answer that a stack does not have: Pristine refuses or ignores them. */
const LEFT_OUT = [
  ...['annotations', 'attach', 'cgroup_parent', 'deploy', 'develop', 'env_file', 'logging', 'mac_address'],
  ...['platform', 'post_start', 'pull_policy', 'scale', 'storage_opt', 'label_file'],
]

/** What docker-compose makes of a file, without what is empty, and with limits where a stack has them. */
export function formOfAnswer(answer: object): Json {
  const { services = {}, name, networks = {}, volumes, secrets, configs } = answer as Record<string, Json>
  return compact({
    name,
    services: mapped(services, (service) => serviceOfAnswer(service as Json)),
    networks: mapped(networks as Record<string, Json>, (network) =>
      compact({ ...network, ipam: compact(network['ipam'] as Json) }),
    ),
    volumes,
    secrets,
    configs,
  })
}

function serviceOfAnswer(service: Json): Json {
  const deploy = (service['deploy'] ?? {}) as { resources?: Record<string, Json & { devices?: Json[] }> }
  const { limits = {}, reservations = {} } = deploy.resources ?? {}
  const { devices = [] } = reservations as { devices?: Json[] }
  const kept = Object.entries(service).filter(([key]) => !LEFT_OUT.includes(key))
  return compact({
    ...Object.fromEntries(kept),
    networks:
      service['networks'] && mapped(service['networks'] as Record<string, Json | null>, (use) => use ?? {}),
    volumes: (service['volumes'] as Json[] | undefined)?.map(compact),
    healthcheck: healthOfAnswer(service['healthcheck'] as { test?: string[] } | undefined),
    cpus: service['cpus'] ?? limits['cpus'],
    mem_limit: service['mem_limit'] ?? limits['memory'],
    pids_limit: service['pids_limit'] ?? limits['pids'],
    mem_reservation: service['mem_reservation'] ?? reservations['memory'],
    gpus: [...((service['gpus'] ?? []) as Json[]).map(withGpu), ...devices],
  })
}

/** What is asked for of the kind "gpu" is a GPU. */
const withGpu = (request: Json): Json => ({ capabilities: ['gpu'], ...request })

/** A check that is none is switched off. */
const healthOfAnswer = (health: { test?: string[] } | undefined): Json | undefined =>
  health?.test?.[0] === 'NONE' ? { disable: true } : health

/** A stack in the form of docker-compose's answers. */
export function formOfStack(stack: Stack, name: string): Json {
  const own = (key: string, given: { name?: string; external?: boolean; kind?: string }) =>
    given.name ?? (given.external || given.kind === 'external' ? key : `${name}_${key}`)
  const used = Object.values(stack.services).some(
    ({ network }) => network.kind === 'networks' && 'default' in network.networks,
  )
  const networks = { ...(used && { default: {} }), ...stack.networks } as Stack['networks']
  return compact({
    name,
    services: mapped(stack.services, formOfService),
    networks: mapped(networks, (network, key) =>
      compact({
        name: own(key, network),
        external: network.external,
        internal: network.internal,
        attachable: network.attachable,
        driver: network.driver,
        driver_opts: network.driverOptions,
        enable_ipv4: network.ipv4,
        enable_ipv6: network.ipv6,
        labels: network.labels,
        ipam: compact({
          config: network.pools?.map(({ subnet, range, gateway, auxiliary }) =>
            compact({ subnet, ip_range: range, gateway, aux_addresses: auxiliary }),
          ),
        }),
      }),
    ),
    volumes: mapped(stack.volumes, (volume, key) =>
      compact({
        name: own(key, volume),
        external: volume.external,
        driver: volume.driver,
        driver_opts: optionsOf(volume.driverOptions),
        labels: volume.labels,
      }),
    ),
    secrets: mapped(stack.secrets, (file, key) => formOfFile(file, own(key, file))),
    configs: mapped(stack.configs, (file, key) => formOfFile(file, own(key, file))),
  })
}

const optionsOf = ({ device, ...others }: Record<string, string>): Json =>
  device === undefined ? others : { ...others, device: whole(device) }

function formOfService(service: StackService): Json {
  const { network, healthcheck, ulimits, build } = service
  return compact({
    image: service.image,
    build: build && formOfBuild(build),
    command: service.command,
    entrypoint: service.entrypoint,
    environment: environmentOf(service),
    user: service.user,
    working_dir: service.workingDir,
    init: service.init,
    tty: service.tty,
    stdin_open: service.stdinOpen,
    stop_signal: service.stopSignal,
    stop_grace_period: goDuration(service.stopGracePeriod),
    hostname: service.hostname,
    domainname: service.domainname,
    extra_hosts: [...service.extraHosts].sort(),
    dns: service.dns,
    dns_opt: service.dnsOptions,
    dns_search: service.dnsSearch,
    cpus: service.cpus,
    cpu_shares: service.cpuShares,
    cpu_period: service.cpuPeriod,
    cpu_quota: service.cpuQuota,
    cpuset: service.cpuset,
    blkio_config: compact({ weight: service.blkioWeight }),
    mem_limit: bytes(service.memory),
    mem_reservation: bytes(service.memoryReservation),
    memswap_limit: bytes(service.memorySwap),
    mem_swappiness: service.memorySwappiness || undefined,
    pids_limit: service.pidsLimit,
    shm_size: bytes(service.shmSize),
    ulimits: mapped(ulimits, ({ soft, hard }) => (soft === hard ? soft : { soft, hard })),
    privileged: service.privileged,
    read_only: service.readOnly,
    cap_add: service.capAdd,
    cap_drop: service.capDrop,
    security_opt: service.securityOpt,
    devices: service.devices.map(({ source, target, access }) => ({ source, target, permissions: access })),
    device_cgroup_rules: service.deviceCgroupRules,
    gpus: service.deviceRequests.map(({ driver, count, ids, capabilities, options }) =>
      compact({
        driver,
        count,
        device_ids: ids,
        capabilities,
        options,
      }),
    ),
    group_add: service.groupAdd,
    sysctls: service.sysctls,
    ipc: service.ipc,
    pid: service.pid,
    uts: service.uts,
    userns_mode: service.userns,
    cgroup: service.cgroup,
    runtime: service.runtime,
    oom_score_adj: service.oomScoreAdj,
    profiles: service.profiles,
    depends_on: mapped(service.dependsOn, ({ condition, required, restart }) => ({
      condition,
      required,
      ...(restart && { restart }),
    })),
    restart: service.restart,
    healthcheck: healthcheck && formOfHealth(healthcheck),
    labels: service.labels,
    ports: service.ports.map(({ target, published, address, protocol, name, mode, appProtocol }) =>
      compact({
        name,
        mode: mode ?? 'ingress',
        host_ip: address,
        target,
        published:
          published &&
          (published.first === published.last
            ? `${published.first}`
            : `${published.first}-${published.last}`),
        protocol,
        app_protocol: appProtocol,
      }),
    ),
    expose: service.expose,
    volumes: service.mounts.map(formOfMount),
    tmpfs: service.tmpfs,
    secrets: service.secrets.map((use) => ({ target: `/run/secrets/${use.source}`, ...formOfUse(use) })),
    configs: service.configs.map(formOfUse),
    network_mode: network.kind === 'mode' ? network.mode : undefined,
    networks:
      network.kind === 'networks'
        ? mapped(network.networks, (use) =>
            compact({
              aliases: use.aliases,
              ipv4_address: use.ipv4,
              ipv6_address: use.ipv6,
              link_local_ips: use.linkLocal,
              mac_address: use.mac,
              priority: use.priority,
              driver_opts: use.driverOptions,
            }),
          )
        : undefined,
    links: service.links,
    container_name: service.containerName,
  })
}

function formOfHealth(health: NonNullable<StackService['healthcheck']>): Json {
  if (health.kind === 'disabled') return { disable: true }
  return compact({
    test: health.test,
    interval: goDuration(health.interval),
    timeout: goDuration(health.timeout),
    start_period: goDuration(health.startPeriod),
    start_interval: goDuration(health.startInterval),
    retries: health.retries,
  })
}

const formOfBuild = (build: StackBuild): Json =>
  compact({
    context: whole(build.context),
    dockerfile: build.dockerfile,
    dockerfile_inline: build.dockerfileInline,
    target: build.target,
    args: build.args,
    labels: build.labels,
    additional_contexts: mapped(build.additionalContexts, whole),
    cache_from: build.cacheFrom,
    secrets: build.secrets.map(formOfUse),
    ssh: Object.keys(build.ssh),
    network: build.network,
    extra_hosts: build.extraHosts,
    tags: build.tags,
    platforms: build.platforms,
    shm_size: bytes(build.shmSize),
  })

const formOfUse = ({ mode, ...use }: FileUse): Json =>
  compact({ ...use, mode: mode === undefined ? undefined : `0${mode.toString(8)}` })

const formOfFile = (file: StackFile, name: string): Json =>
  compact({
    name,
    labels: file.labels,
    file: file.kind === 'file' ? whole(file.file) : undefined,
    environment: file.kind === 'variable' ? file.variable : undefined,
    content: file.kind === 'content' ? file.content : undefined,
    external: file.kind === 'external' ? true : undefined,
  })

function formOfMount(mount: StackMount): Json {
  const of = (more: Json) =>
    compact({ target: mount.target, read_only: 'readOnly' in mount && mount.readOnly, ...more })
  switch (mount.kind) {
    case 'bind':
      return of({
        type: 'bind',
        source: whole(mount.source),
        bind: compact({
          create_host_path: mount.createHostPath,
          propagation: mount.propagation,
          selinux: mount.selinux,
          recursive: mount.recursive,
        }),
      })
    case 'volume':
      return of({
        type: 'volume',
        source: mount.source,
        volume: compact({ nocopy: mount.nocopy, subpath: mount.subpath }),
      })
    case 'tmpfs':
      return of({ type: 'tmpfs', tmpfs: compact({ size: bytes(mount.size), mode: mount.mode }) })
    case 'other':
      return of({ type: mount.type, source: mount.source })
  }
}

/** A path from the project's folder as docker-compose gives it. */
function whole(path: string): string {
  if (path.startsWith('~')) return `HOME${path.slice(1)}`
  if (!/^\.\.?(?:\/|$)/.test(path)) return path
  return posix.join('BESIDE/PROJECT', path).replace('BESIDE/PROJECT', 'PROJECT')
}

const bytes = (size: number | undefined): string | undefined =>
  size === undefined ? undefined : String(size)

/** A time as Go writes it: `1h0m10s`, `1.5s`, `500ms`. */
function goDuration(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined
  if (ms > 0 && ms < 1000) return `${ms}ms`
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60]
  const seconds = `${(ms % 60_000) / 1000}s`
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds
}

const mapped = <T>(all: Record<string, T> | undefined, change: (value: T, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(all ?? {}).map(([key, value]) => [key, change(value, key)]))

/** Without what docker-compose leaves out: nothing, false, and empty lists and mappings (an empty command is one). */
function compact(values: Json | undefined): Json {
  const kept = Object.entries(values ?? {}).filter(([key, value]) => {
    if (value === null || value === undefined || value === false) return false
    if (key === 'command' || key === 'entrypoint' || typeof value !== 'object') return true
    return Object.keys(value).length > 0
  })
  return Object.fromEntries(kept)
}
