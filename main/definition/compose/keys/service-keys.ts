import { itemsOf, type Mapping, member, type Node } from '../yaml/node.ts'
import { BUILD_KEYS } from './build-keys.ts'
import { DEPLOY_KEYS, ONE } from './deploy-keys.ts'
import {
  accepted,
  each,
  granted,
  grantedOnly,
  ignored,
  isNothing,
  type KeyRules,
  oneOf,
  refused,
  supported,
  supportedOnly,
} from './key-rule.ts'
import {
  BESIDE,
  DEVICE_LIMIT,
  DRIVER,
  LOCK,
  MODELS,
  NAMES,
  OWN_HOOKS,
  PLATFORM,
  REAL_TIME,
  WINDOWS,
} from './reasons.ts'

/** A profile of seccomp would be a file of this computer. */
const OPTION = /^(?:no-new-privileges(?:[=:](?:true|false))?|(?:apparmor|label)[=:].+|seccomp[=:]unconfined)$/
const isSecurityOption = (node: Node): boolean =>
  itemsOf(node).every((item) => item.kind === 'scalar' && OPTION.test(String(item.value)))

/** Compose takes a protocol in any case. */
const isPublished = (node: Node): boolean =>
  isNothing(node) || (node.kind === 'scalar' && /^(?:tcp|udp)$/i.test(String(node.value)))

const isWritableTmpfs = (node: Node, beside: Mapping): boolean =>
  isNothing(node) || !oneOf('tmpfs')(member(beside, 'type') ?? node)

/** Details of a mount, which mean nothing for one of another type. */
const ofMount = (type: string) =>
  ignored('it is for another type of mount', (node, beside) => {
    const own = member(beside, 'type')
    return isNothing(node) || (own?.kind === 'scalar' && own.value === type)
  })

const HOOK = 'command user privileged working_dir environment'
const OF_HOST = refused('it is a file or a setting of a Windows computer')
const PROVIDER = refused('a provider is a program of this computer that makes something outside containers')

/** The keys of a service. */
const OWN: KeyRules = {
  annotations: refused('not every engine has annotations'),
  attach: accepted('logs of all services are kept'),
  blkio_config: supported,
  ...each(
    'blkio_config.',
    'device_read_bps device_read_iops device_write_bps device_write_iops weight_device',
    refused(DEVICE_LIMIT),
  ),
  ...each('blkio_config.device_read_bps[].', 'path rate', refused(DEVICE_LIMIT)),
  ...each('blkio_config.device_read_iops[].', 'path rate', refused(DEVICE_LIMIT)),
  ...each('blkio_config.device_write_bps[].', 'path rate', refused(DEVICE_LIMIT)),
  ...each('blkio_config.device_write_iops[].', 'path rate', refused(DEVICE_LIMIT)),
  ...each('blkio_config.weight_device[].', 'path weight', refused(DEVICE_LIMIT)),
  'blkio_config.weight': supported,
  cap_add: granted('linux-capability'),
  cap_drop: supported,
  cgroup: granted('namespace'),
  cgroup_parent: refused('it places the container among the control groups of this computer'),
  command: supported,
  configs: supported,
  ...each('configs[].', 'source target mode uid gid', supported),
  // Pristine names containers itself; other services reach it by this name, too.
  container_name: supported,
  cpu_count: refused(WINDOWS),
  cpu_percent: refused(WINDOWS),
  cpu_period: supported,
  cpu_quota: supported,
  cpu_rt_period: refused(REAL_TIME),
  cpu_rt_runtime: refused(REAL_TIME),
  cpu_shares: supported,
  cpus: supported,
  cpuset: supported,
  credential_spec: OF_HOST,
  ...each('credential_spec.', 'config file registry', OF_HOST),
  depends_on: supported,
  ...each('depends_on.*.', 'condition required restart', supported),
  device_cgroup_rules: granted('setting'),
  devices: granted('device'),
  ...each('devices[].', 'source target permissions', granted('device')),
  ...each('', 'dns dns_opt dns_search domainname entrypoint', supported),
  env_file: supported,
  ...each('env_file[].', 'path required format', supported),
  environment: supported,
  expose: accepted('other services reach every port without it'),
  extends: supported,
  ...each('extends.', 'file service', supported),
  external_links: refused('it names containers that are not of this definition'),
  extra_hosts: supported,
  gpus: granted('device-request'),
  ...each('gpus[].', 'capabilities count device_ids driver options', granted('device-request')),
  group_add: supported,
  healthcheck: supported,
  ...each('healthcheck.', 'test interval timeout retries start_period disable', supported),
  'healthcheck.start_interval': ignored('not every engine has it'),
  hostname: supported,
  image: supported,
  init: supported,
  ipc: granted('namespace'),
  isolation: supportedOnly(oneOf('default'), WINDOWS),
  label_file: supported,
  labels: supported,
  links: supported,
  logging: ignored('Pristine reads the log with the settings of the engine'),
  ...each('logging.', 'driver options', ignored('Pristine reads the log with the settings of the engine')),
  mac_address: refused(BESIDE),
  ...each('', 'mem_limit mem_reservation mem_swappiness memswap_limit', supported),
  models: refused(MODELS),
  ...each('models.*.', 'endpoint_var model_var', refused(MODELS)),
  network_mode: granted('network'),
  networks: supported,
  'networks.*.aliases': supported,
  'networks.*.driver_opts': refused(DRIVER),
  'networks.*.gw_priority': refused('not every engine has it'),
  'networks.*.interface_name': refused('not every engine has it'),
  ...each('networks.*.', 'ipv4_address ipv6_address link_local_ips mac_address', refused(BESIDE)),
  'networks.*.priority': accepted('a container has all its networks before its program runs'),
  oom_kill_disable: refused('the computer could run out of memory'),
  oom_score_adj: granted('setting'),
  pid: granted('namespace'),
  pids_limit: supported,
  platform: ignored(PLATFORM),
  ports: supported,
  ...each('ports[].', 'target published host_ip', supported),
  'ports[].protocol': supportedOnly(isPublished, 'only tcp and udp are published'),
  'ports[].app_protocol': accepted('it is a remark'),
  'ports[].mode': accepted('a port is published on this computer'),
  'ports[].name': accepted('it is a remark'),
  post_start: refused(OWN_HOOKS),
  ...each('post_start[].', HOOK, refused(OWN_HOOKS)),
  pre_stop: refused(OWN_HOOKS),
  ...each('pre_stop[].', HOOK, refused(OWN_HOOKS)),
  privileged: granted('privileged'),
  profiles: supported,
  provider: PROVIDER,
  ...each('provider.', 'type options', PROVIDER),
  pull_policy: accepted(LOCK),
  pull_refresh_after: accepted(LOCK),
  read_only: supported,
  restart: accepted('Pristine starts containers itself'),
  runtime: granted('setting'),
  scale: ignored(ONE, oneOf(1)),
  secrets: supported,
  ...each('secrets[].', 'source target mode uid gid', supported),
  security_opt: grantedOnly(
    'security-option',
    isSecurityOption,
    'only options of AppArmor and SELinux, no-new-privileges and seccomp=unconfined are passed on',
  ),
  shm_size: supported,
  stdin_open: supported,
  stop_grace_period: supported,
  stop_signal: supported,
  storage_opt: refused('not every engine can limit the size of a container'),
  sysctls: granted('setting'),
  tmpfs: supported,
  tty: supported,
  ulimits: supported,
  ...each('ulimits.*.', 'soft hard', supported),
  use_api_socket: refused('it would give the container full control of the engine'),
  user: supported,
  userns_mode: granted('namespace'),
  uts: granted('namespace'),
  volumes: supported,
  'volumes[].type': supportedOnly(
    oneOf('bind', 'volume', 'tmpfs'),
    'only folders, volumes and tmpfs are mounted',
  ),
  ...each('volumes[].', 'source target', supported),
  'volumes[].read_only': supportedOnly(isWritableTmpfs, 'a tmpfs in which nobody can write stays empty'),
  'volumes[].bind': ofMount('bind'),
  'volumes[].volume': ofMount('volume'),
  'volumes[].tmpfs': ofMount('tmpfs'),
  'volumes[].consistency': accepted('no engine needs it any more'),
  'volumes[].bind.create_host_path': supported,
  'volumes[].bind.propagation': supportedOnly(
    oneOf('rprivate'),
    'mounts of this computer would appear in the container',
  ),
  'volumes[].bind.recursive': supportedOnly(oneOf('enabled'), 'not every engine has it'),
  'volumes[].bind.selinux': ignored('Pristine changes the labels of no folder of yours'),
  'volumes[].image': refused('no lock pins what it names'),
  'volumes[].image.subpath': refused('no lock pins what it names'),
  'volumes[].tmpfs.mode': refused('not every engine has it'),
  'volumes[].tmpfs.size': supported,
  'volumes[].volume.labels': accepted(NAMES),
  'volumes[].volume.nocopy': refused('a fresh volume has what the image has in its place'),
  'volumes[].volume.subpath': refused('not every engine has it'),
  volumes_from: refused('name the volumes in "volumes"'),
  working_dir: supported,
}

export const SERVICE_KEYS: KeyRules = {
  ...Object.fromEntries(Object.entries(OWN).map(([key, rule]) => [`services.*.${key}`, rule])),
  ...BUILD_KEYS,
  ...DEPLOY_KEYS,
}
