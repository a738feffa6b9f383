/** What must stand beside a key, by the path of the mapping that has it. */
const BESIDE: Record<string, object> = {
  'services.*': { image: 'busybox' },
  'services.*.build': { context: '.' },
  'services.*.build.secrets[]': { source: 's' },
  'services.*.configs[]': { source: 'c' },
  'services.*.deploy.resources.reservations.devices[]': { capabilities: ['gpu'] },
  'services.*.develop.watch[]': { path: './src', action: 'rebuild' },
  'services.*.develop.watch[].exec': { command: 'true' },
  'services.*.devices[]': { source: '/dev/fuse' },
  'services.*.env_file[]': { path: './app.env' },
  'services.*.extends': { service: 'db' },
  'services.*.networks.*': {},
  'services.*.ports[]': { target: 80 },
  'services.*.post_start[]': { command: 'true' },
  'services.*.pre_stop[]': { command: 'true' },
  'services.*.provider': { type: 'x' },
  'services.*.secrets[]': { source: 's' },
  'services.*.ulimits.*': { soft: 1, hard: 2 },
  'services.*.build.ulimits.*': { soft: 1, hard: 2 },
  'services.*.volumes[]': { type: 'volume', source: 'v', target: '/v' },
  'include[]': { path: 'other.yaml' },
  'models.*': { model: 'ai/model' },
  'networks.*.external': { name: 'n' },
  'volumes.*.external': { name: 'v' },
  'secrets.*.external': { name: 's' },
  'configs.*.external': { name: 'c' },
  'secrets.*': { file: './secret' },
  'configs.*': { file: './config' },
}

/** Mappings that have nothing but the key that is tried: another way to say the same. */
const ALONE = ['environment', 'external', 'file', 'content', 'driver']

/** What names stand for `*`, by the mapping of names. */
const NAMES: Record<string, string> = {
  services: 'app',
  networks: 'n',
  'services.*.networks': 'n',
  volumes: 'v',
  secrets: 's',
  configs: 'c',
  models: 'm',
  'services.*.depends_on': 'db',
  'services.*.models': 'm',
  'services.*.ulimits': 'nofile',
  'services.*.build.ulimits': 'nofile',
}

const S = 'services.*'
const LIMITS = `${S}.deploy.resources.limits`
const RESERVED = `${S}.deploy.resources.reservations`
const WATCH = `${S}.develop.watch[]`
const HOOK = { command: 'true' }

/** Values of keys for which `"text"` is none. */
const VALUES: Record<string, unknown> = {
  version: '3.8',
  include: ['other.yaml'],
  'include[].path': 'other.yaml',
  'include[].project_directory': '.',
  'include[].env_file': 'app.env',
  services: { app: { image: 'busybox' } },
  networks: { n: null },
  volumes: { v: null },
  secrets: { s: { file: './secret' } },
  configs: { c: { content: 'a=b' } },
  models: { m: { model: 'ai/model' } },
  'models.*.context_size': 1024,
  'models.*.runtime_flags': ['--a'],
  'networks.*.attachable': true,
  'networks.*.driver': 'bridge',
  'networks.*.driver_opts': { a: 'b' },
  'networks.*.enable_ipv4': true,
  'networks.*.enable_ipv6': true,
  'networks.*.external': true,
  'networks.*.internal': true,
  'networks.*.ipam': { driver: 'default' },
  'networks.*.ipam.driver': 'default',
  'networks.*.ipam.config': [{ subnet: '10.1.0.0/16' }],
  'networks.*.ipam.config[].aux_addresses': { a: '10.1.0.1' },
  'networks.*.ipam.options': { a: 'b' },
  'networks.*.labels': ['a=b'],
  'volumes.*.driver': 'local',
  'volumes.*.driver_opts': { type: 'none' },
  'volumes.*.external': true,
  'volumes.*.labels': { a: 'b' },
  'secrets.*.external': true,
  'secrets.*.labels': { a: 'b' },
  'secrets.*.driver_opts': { a: 'b' },
  'configs.*.external': true,
  'configs.*.labels': { a: 'b' },
  [`${S}.annotations`]: ['a=b'],
  [`${S}.attach`]: false,
  [`${S}.blkio_config`]: { weight: 300 },
  [`${S}.blkio_config.weight`]: 300,
  [`${S}.blkio_config.weight_device`]: [{ path: '/dev/sda', weight: 400 }],
  ...Object.fromEntries(
    ['read_bps', 'read_iops', 'write_bps', 'write_iops'].map((limit) => [
      `${S}.blkio_config.device_${limit}`,
      [{ path: '/dev/sda', rate: 1 }],
    ]),
  ),
  [`${S}.build`]: '.',
  [`${S}.build.additional_contexts`]: { other: './other' },
  [`${S}.build.args`]: { A: 'b' },
  [`${S}.build.cache_from`]: ['a'],
  [`${S}.build.cache_to`]: ['a'],
  [`${S}.build.context`]: './app',
  [`${S}.build.entitlements`]: ['security.insecure'],
  [`${S}.build.extra_hosts`]: ['a=10.0.0.1'],
  [`${S}.build.labels`]: { a: 'b' },
  [`${S}.build.no_cache`]: true,
  [`${S}.build.platforms`]: ['linux/amd64'],
  [`${S}.build.privileged`]: true,
  [`${S}.build.provenance`]: true,
  [`${S}.build.pull`]: true,
  [`${S}.build.sbom`]: true,
  [`${S}.build.secrets`]: ['s'],
  [`${S}.build.secrets[].source`]: 's',
  [`${S}.build.secrets[].mode`]: 0o440,
  [`${S}.build.shm_size`]: '64m',
  [`${S}.build.ssh`]: ['default'],
  [`${S}.build.tags`]: ['a:b'],
  [`${S}.build.ulimits`]: { nofile: 1 },
  [`${S}.build.ulimits.*.hard`]: 2,
  [`${S}.build.ulimits.*.soft`]: 1,
  [`${S}.cap_add`]: ['SYS_PTRACE'],
  [`${S}.cap_drop`]: ['ALL'],
  [`${S}.cgroup`]: 'host',
  [`${S}.configs`]: ['c'],
  [`${S}.configs[].source`]: 'c',
  [`${S}.configs[].mode`]: '0440',
  ...Object.fromEntries(
    [
      'cpu_count',
      'cpu_percent',
      'cpu_period',
      'cpu_quota',
      'cpu_rt_period',
      'cpu_rt_runtime',
      'cpu_shares',
      'cpus',
    ].map((key) => [`${S}.${key}`, 1]),
  ),
  [`${S}.cpuset`]: '0,1',
  [`${S}.credential_spec`]: { file: 'a.json' },
  [`${S}.depends_on`]: ['db'],
  [`${S}.depends_on.*.condition`]: 'service_healthy',
  [`${S}.depends_on.*.required`]: false,
  [`${S}.depends_on.*.restart`]: true,
  [`${S}.deploy`]: { replicas: 1 },
  [`${S}.deploy.labels`]: { a: 'b' },
  [`${S}.deploy.mode`]: 'replicated',
  [`${S}.deploy.placement`]: { constraints: ['a==b'] },
  [`${S}.deploy.placement.constraints`]: ['a==b'],
  [`${S}.deploy.placement.max_replicas_per_node`]: 1,
  [`${S}.deploy.placement.preferences`]: [{ spread: 'a' }],
  [`${S}.deploy.replicas`]: 2,
  [`${S}.deploy.resources`]: { limits: { cpus: '0.5' } },
  [LIMITS]: { cpus: '0.5' },
  [`${LIMITS}.cpus`]: 0.5,
  [`${LIMITS}.memory`]: '64m',
  [`${LIMITS}.pids`]: 10,
  [RESERVED]: { memory: '64m' },
  [`${RESERVED}.cpus`]: 0.5,
  [`${RESERVED}.memory`]: '64m',
  [`${RESERVED}.devices`]: [{ capabilities: ['gpu'] }],
  [`${RESERVED}.devices[].capabilities`]: ['gpu'],
  [`${RESERVED}.devices[].count`]: 1,
  [`${RESERVED}.devices[].device_ids`]: ['0'],
  [`${RESERVED}.devices[].options`]: { a: 'b' },
  [`${RESERVED}.generic_resources`]: [{ discrete_resource_spec: { kind: 'a', value: 1 } }],
  [`${RESERVED}.generic_resources[].discrete_resource_spec`]: { kind: 'a', value: 1 },
  [`${S}.deploy.restart_policy`]: { condition: 'any' },
  [`${S}.deploy.rollback_config`]: { order: 'start-first' },
  [`${S}.deploy.update_config`]: { order: 'start-first' },
  [`${S}.develop`]: { watch: [] },
  [`${S}.develop.watch`]: [{ path: './src', action: 'rebuild' }],
  [`${WATCH}.exec`]: HOOK,
  [`${WATCH}.initial_sync`]: true,
  [`${S}.device_cgroup_rules`]: ['c 1:3 mr'],
  [`${S}.devices`]: ['/dev/fuse'],
  [`${S}.devices[].source`]: '/dev/fuse',
  [`${S}.devices[].permissions`]: 'rw',
  [`${S}.dns_opt`]: ['use-vc'],
  [`${S}.env_file`]: 'app.env',
  [`${S}.env_file[].path`]: 'app.env',
  [`${S}.env_file[].required`]: false,
  [`${S}.env_file[].format`]: 'raw',
  [`${S}.environment`]: { A: 'b' },
  [`${S}.expose`]: [3000],
  [`${S}.extends`]: 'db',
  [`${S}.extends.service`]: 'db',
  [`${S}.extends.file`]: 'other.yaml',
  [`${S}.external_links`]: ['a'],
  [`${S}.extra_hosts`]: ['a=10.0.0.1'],
  [`${S}.gpus`]: 'all',
  [`${S}.gpus[].capabilities`]: ['gpu'],
  [`${S}.gpus[].count`]: 1,
  [`${S}.gpus[].device_ids`]: ['0'],
  [`${S}.gpus[].options`]: { a: 'b' },
  [`${S}.group_add`]: [1000],
  [`${S}.healthcheck`]: { test: 'true' },
  [`${S}.healthcheck.disable`]: true,
  [`${S}.healthcheck.retries`]: 3,
  ...Object.fromEntries(
    ['interval', 'start_interval', 'start_period', 'timeout'].map((key) => [`${S}.healthcheck.${key}`, '5s']),
  ),
  [`${S}.init`]: true,
  [`${S}.ipc`]: 'host',
  [`${S}.isolation`]: 'default',
  [`${S}.label_file`]: 'app.env',
  [`${S}.labels`]: ['a=b'],
  [`${S}.links`]: ['db'],
  [`${S}.logging`]: { driver: 'json-file' },
  [`${S}.logging.options`]: { a: 'b' },
  ...Object.fromEntries(
    ['mem_limit', 'mem_reservation', 'memswap_limit', 'shm_size'].map((key) => [`${S}.${key}`, '64m']),
  ),
  [`${S}.mem_swappiness`]: 10,
  [`${S}.models`]: ['m'],
  [`${S}.network_mode`]: 'host',
  [`${S}.networks`]: ['n'],
  [`${S}.networks.*.aliases`]: ['a'],
  [`${S}.networks.*.driver_opts`]: { a: 'b' },
  [`${S}.networks.*.gw_priority`]: 1,
  [`${S}.networks.*.ipv4_address`]: '10.0.0.2',
  [`${S}.networks.*.ipv6_address`]: '2001:db8::2',
  [`${S}.networks.*.link_local_ips`]: ['169.254.1.1'],
  [`${S}.networks.*.priority`]: 10,
  [`${S}.oom_kill_disable`]: true,
  [`${S}.oom_score_adj`]: 10,
  [`${S}.pids_limit`]: 10,
  [`${S}.ports`]: ['80'],
  [`${S}.ports[].host_ip`]: '127.0.0.1',
  [`${S}.ports[].protocol`]: 'udp',
  [`${S}.ports[].published`]: '8080',
  [`${S}.ports[].target`]: 80,
  [`${S}.post_start`]: [HOOK],
  [`${S}.post_start[].command`]: 'true',
  [`${S}.pre_stop`]: [HOOK],
  [`${S}.pre_stop[].command`]: 'true',
  [`${S}.privileged`]: true,
  [`${S}.profiles`]: [],
  [`${S}.provider`]: { type: 'x' },
  [`${S}.provider.options`]: { a: 'b' },
  [`${S}.read_only`]: true,
  [`${S}.scale`]: 2,
  [`${S}.secrets`]: ['s'],
  [`${S}.secrets[].source`]: 's',
  [`${S}.secrets[].mode`]: 0o400,
  [`${S}.security_opt`]: ['seccomp=unconfined'],
  [`${S}.stdin_open`]: true,
  [`${S}.stop_grace_period`]: '5s',
  [`${S}.storage_opt`]: { size: '1G' },
  [`${S}.sysctls`]: { a: 1 },
  [`${S}.tmpfs`]: '/run',
  [`${S}.tty`]: true,
  [`${S}.ulimits`]: { nofile: 1 },
  [`${S}.ulimits.*.hard`]: 2,
  [`${S}.ulimits.*.soft`]: 1,
  [`${S}.use_api_socket`]: true,
  [`${S}.volumes`]: ['./v:/v'],
  [`${S}.volumes[].type`]: 'volume',
  [`${S}.volumes[].source`]: 'v',
  [`${S}.volumes[].target`]: '/v',
  [`${S}.volumes[].read_only`]: true,
  [`${S}.volumes[].bind`]: { create_host_path: true },
  [`${S}.volumes[].bind.create_host_path`]: true,
  [`${S}.volumes[].bind.propagation`]: 'rprivate',
  [`${S}.volumes[].bind.recursive`]: 'enabled',
  [`${S}.volumes[].bind.selinux`]: 'z',
  [`${S}.volumes[].volume`]: { nocopy: false },
  [`${S}.volumes[].volume.labels`]: { a: 'b' },
  [`${S}.volumes[].volume.nocopy`]: true,
  [`${S}.volumes[].tmpfs`]: { size: '1m' },
  [`${S}.volumes[].tmpfs.size`]: '1m',
  [`${S}.volumes[].tmpfs.mode`]: 448,
  [`${S}.volumes[].image`]: { subpath: 'a' },
  [`${S}.volumes_from`]: ['db'],
}

/** A stack that has the key at a path, with what the key needs beside it. */
export function stackWith(path: string): Record<string, unknown> {
  const stack = {
    services: { app: { image: 'busybox' }, db: { image: 'postgres' } },
    networks: { n: null },
    volumes: { v: null },
    secrets: { s: { file: './secret' } },
    configs: { c: { file: './config' } },
  }
  return merged(stack, nested(path, VALUES[path] ?? 'text', typeOfMount(path)))
}

/** The type of the mount that has a key: what a detail is for, and for the details of a type another one. */
function typeOfMount(path: string): string {
  const [, kind, below] = /\.volumes\[\]\.(bind|volume|tmpfs)(\.)?/.exec(path) ?? []
  if (kind === undefined) return 'volume'
  if (below !== undefined) return kind
  return kind === 'volume' ? 'bind' : 'volume'
}

function nested(path: string, value: unknown, mount: string): Record<string, unknown> {
  const dot = path.lastIndexOf('.')
  const above = dot < 0 ? '' : path.slice(0, dot)
  const key = dot < 0 ? path : path.slice(dot + 1)
  if (key === '*') return nested(above, { [NAMES[above] ?? 'a']: value }, mount)
  const beside = (ALONE.includes(key) && /^(?:secrets|configs)\.\*$/.test(above) ? {} : BESIDE[above]) ?? {}
  const typed = above.endsWith('.volumes[]') ? { ...beside, type: mount } : beside
  const mapping = { ...typed, [key.replace('[]', '')]: key.endsWith('[]') ? [value] : value }
  return above === '' ? mapping : nested(above, mapping, mount)
}

function merged(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const before = result[key]
    // A secret is made of one thing.
    const whole = !isMapping(before) || !isMapping(value) || ['s', 'c'].includes(key)
    result[key] = whole ? value : merged(before, value)
  }
  return result
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
