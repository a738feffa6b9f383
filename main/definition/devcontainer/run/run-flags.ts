import type { Mount, PortRequest, RunOptions } from '../../../../shared/definition.ts'
import { isOwnLabel } from '../../../docker/labels.ts'
import { invalid, type Origin, unsupported } from '../document/source-position.ts'
import { readEnvFile } from './env-file-path.ts'
import type { Flag, FlagForm } from './parse-flags.ts'
import { parseMount, requireSize } from './parse-mounts.ts'
import { parsePublish } from './parse-ports.ts'
import {
  readDevice,
  readGpus,
  readHost,
  readNetwork,
  readNumber,
  readPair,
  readSecurityOption,
  readSwitch,
  readUlimit,
} from './run-values.ts'
import { parseTmpfs, parseVolume } from './volume-flags.ts'

/** What `runArgs` request, in the definition's own terms. */
export interface RunArgs {
  env: Record<string, string>
  user?: string
  init?: boolean
  mounts: Mount[]
  ports: PortRequest[]
  options: RunOptions
}

type Apply = (to: RunArgs, flag: Flag, origin: Origin) => void

/**
 * What Pristine does with an option. `inside`: it is applied, and nothing outside the container is reached by it (a mount, a
 * port or a variable that reaches further is granted as such). `granted`: it is applied once a person granted it. `ignored`:
 * it means nothing here, which is a warning. `refused`: an error with the reason, without a full stop.
 */
export type RunFlag = FlagForm &
  (
    | { kind: 'inside'; apply: Apply }
    | { kind: 'granted'; apply: Apply }
    | { kind: 'ignored'; reason: string }
    | { kind: 'refused'; reason: string }
  )

const inside = (apply: Apply, form: FlagForm = {}): RunFlag => ({ ...form, kind: 'inside', apply })
const granted = (apply: Apply, form: FlagForm = {}): RunFlag => ({ ...form, kind: 'granted', apply })
const ignored = (reason: string, form: FlagForm = {}): RunFlag => ({ ...form, kind: 'ignored', reason })
const refused = (reason: string, form: FlagForm = {}): RunFlag => ({ ...form, kind: 'refused', reason })

const SWITCH = { switch: true } as const

const NO_CLIENT = 'no "docker run" is attached to the container'
const REMOVES = 'Pristine removes containers itself'
const BESIDE = 'a new container runs beside the old one for a moment, and both would need it'
const WINDOWS = 'only Windows containers have it'
const HEALTH = 'use "customizations.pristine.health" for it'
const DEVICE_LIMIT = 'a limit for a single device of this computer is not supported'
const REAL_TIME = 'real-time scheduling is not supported'
const LOGS = 'Pristine reads the log with the settings of the engine'

type Key<T> = {
  [K in keyof RunOptions]-?: NonNullable<RunOptions[K]> extends T ? K : never
}[keyof RunOptions]

const text = ({ name, value, path }: Flag, origin: Origin): string => {
  if (value === '') throw invalid(origin, path, `"--${name}" needs a value`)
  return value
}
const set =
  <K extends keyof RunOptions>(
    key: K,
    read: (flag: Flag, origin: Origin) => NonNullable<RunOptions[K]>,
  ): Apply =>
  (to, flag, origin) => {
    to.options[key] = read(flag, origin)
  }
const add =
  <T, K extends Key<T[]>>(key: K, read: (flag: Flag, origin: Origin) => T): Apply =>
  (to, flag, origin) => {
    const before = to.options[key] as T[] | undefined
    const value = read(flag, origin)
    // Not copied for each: there may be a hundred thousand.
    if (before) before.push(value)
    else to.options = { ...to.options, [key]: [value] }
  }
const addPair =
  (key: 'labels' | 'sysctls'): Apply =>
  (to, flag, origin) => {
    const [name, value] = readPair(flag, origin)
    if (key === 'labels' && isOwnLabel(name)) {
      const reason = 'Pristine finds its own containers by such labels'
      throw unsupported(origin, flag.path, `runArgs: --label ${name}`, reason)
    }
    const pairs = to.options[key] ?? {}
    pairs[name] = value ?? ''
    to.options[key] = pairs
  }

const size = ({ value, path }: Flag, origin: Origin): number => requireSize(value, origin, path)
const sizeOrUnlimited = (flag: Flag, origin: Origin): number =>
  flag.value === '-1' ? -1 : size(flag, origin)
const whole =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (flag: Flag, origin: Origin): number =>
    readNumber(flag, origin, { whole: true, least, most })
const mounted =
  (parse: (value: string, origin: Origin, path: Flag['path']) => Mount): Apply =>
  (to, { value, path }, origin) => {
    to.mounts.push(parse(value, origin, path))
  }

/** Every option of `docker run`, by its long name. */
export const RUN_FLAGS: Readonly<Record<string, RunFlag>> = {
  'add-host': inside(add('extraHosts', readHost)),
  annotation: refused('not every engine has annotations'),
  attach: ignored(NO_CLIENT, { short: 'a' }),
  'blkio-weight': inside(set('blkioWeight', whole(0, 1000))),
  'blkio-weight-device': refused(DEVICE_LIMIT),
  'cap-add': granted(add('capAdd', text)),
  'cap-drop': inside(add('capDrop', text)),
  'cgroup-parent': refused('it places the container among the control groups of this computer'),
  cgroupns: granted(set('cgroupns', text)),
  cidfile: refused('it would write a file on this computer'),
  'cpu-count': refused(WINDOWS),
  'cpu-percent': refused(WINDOWS),
  'cpu-period': inside(set('cpuPeriod', whole(0))),
  'cpu-quota': inside(set('cpuQuota', whole(-1))),
  'cpu-rt-period': refused(REAL_TIME),
  'cpu-rt-runtime': refused(REAL_TIME),
  'cpu-shares': inside(set('cpuShares', whole(0)), { short: 'c' }),
  cpus: inside(set('cpus', (flag, origin) => readNumber(flag, origin))),
  'cpuset-cpus': inside(set('cpusetCpus', text)),
  'cpuset-mems': inside(set('cpusetMems', text)),
  detach: ignored(NO_CLIENT, { short: 'd', ...SWITCH }),
  'detach-keys': ignored(NO_CLIENT),
  device: granted(add('devices', readDevice)),
  'device-cgroup-rule': granted(add('deviceCgroupRules', text)),
  'device-read-bps': refused(DEVICE_LIMIT),
  'device-read-iops': refused(DEVICE_LIMIT),
  'device-write-bps': refused(DEVICE_LIMIT),
  'device-write-iops': refused(DEVICE_LIMIT),
  'disable-content-trust': ignored('the lock pins what is pulled', SWITCH),
  dns: inside(add('dns', text)),
  'dns-option': inside(add('dnsOptions', text), { alias: 'dns-opt' }),
  'dns-search': inside(add('dnsSearch', text)),
  domainname: inside(set('domainname', text)),
  entrypoint: refused('set it in a Dockerfile (ENTRYPOINT), with "overrideCommand": false'),
  // As with docker, a name alone takes the value of this computer.
  env: inside(
    (to, flag, origin) => {
      const [key, value] = readPair(flag, origin)
      to.env[key] = value ?? `\${localEnv:${key}}`
    },
    { short: 'e' },
  ),
  'env-file': inside(add('envFiles', readEnvFile)),
  expose: ignored('other containers reach every port without it'),
  gpus: granted(set('gpus', readGpus)),
  'group-add': inside(add('groupAdd', text)),
  'health-cmd': refused(HEALTH),
  'health-interval': refused(HEALTH),
  'health-retries': refused(HEALTH),
  'health-start-interval': refused(HEALTH),
  'health-start-period': refused(HEALTH),
  'health-timeout': refused(HEALTH),
  help: refused('it only prints a help text', SWITCH),
  hostname: inside(set('hostname', text), { short: 'h' }),
  init: inside((to, flag, origin) => {
    to.init = readSwitch(flag, origin)
  }, SWITCH),
  interactive: ignored(NO_CLIENT, { short: 'i', ...SWITCH }),
  'io-maxbandwidth': refused(WINDOWS),
  'io-maxiops': refused(WINDOWS),
  ip: refused(BESIDE),
  ip6: refused(BESIDE),
  ipc: granted(set('ipc', text)),
  isolation: refused(WINDOWS),
  'kernel-memory': refused('engines no longer have it'),
  label: inside(addPair('labels'), { short: 'l' }),
  'label-file': refused('write the labels with "--label"'),
  link: refused('use "--network" and the name of the other container'),
  'link-local-ip': refused(BESIDE),
  'log-driver': refused(LOGS),
  'log-opt': refused(LOGS),
  'mac-address': refused(BESIDE),
  memory: inside(set('memory', size), { short: 'm' }),
  'memory-reservation': inside(set('memoryReservation', size)),
  'memory-swap': inside(set('memorySwap', sizeOrUnlimited)),
  'memory-swappiness': inside(set('memorySwappiness', whole(-1, 100))),
  mount: inside(mounted(parseMount)),
  name: ignored('Pristine names containers itself'),
  network: granted(set('network', readNetwork), { alias: 'net' }),
  'network-alias': inside(add('networkAliases', text), { alias: 'net-alias' }),
  'no-healthcheck': refused(HEALTH, SWITCH),
  'oom-kill-disable': refused('the computer could run out of memory', SWITCH),
  'oom-score-adj': granted(set('oomScoreAdj', whole(-1000, 1000))),
  pid: granted(set('pid', text)),
  'pids-limit': inside(set('pidsLimit', whole(-1))),
  platform: refused('images are built and run for the platform of the engine'),
  privileged: granted((to, flag, origin) => {
    if (readSwitch(flag, origin)) to.options.privileged = true
  }, SWITCH),
  publish: inside(
    (to, { value, path }, origin) => {
      to.ports.push(...parsePublish(value, 'runArgs: --publish', origin, path))
    },
    { short: 'p' },
  ),
  'publish-all': refused('name the ports in "forwardPorts"', { short: 'P', ...SWITCH }),
  pull: ignored('the lock decides what is pulled'),
  quiet: ignored(NO_CLIENT, { short: 'q', ...SWITCH }),
  'read-only': inside(set('readOnly', readSwitch), SWITCH),
  restart: ignored('Pristine starts the container itself, with its hooks'),
  rm: ignored(REMOVES, SWITCH),
  runtime: granted(set('runtime', text)),
  'security-opt': granted(
    add('securityOpt', ({ value, path }, origin) => readSecurityOption(value, origin, path)),
  ),
  'shm-size': inside(set('shmSize', size)),
  'sig-proxy': ignored(NO_CLIENT, SWITCH),
  'stop-signal': inside(set('stopSignal', text)),
  'stop-timeout': inside(set('stopTimeout', whole(0))),
  'storage-opt': refused('not every engine can limit the size of a container'),
  sysctl: granted(addPair('sysctls')),
  tmpfs: inside(mounted(parseTmpfs)),
  tty: ignored(NO_CLIENT, { short: 't', ...SWITCH }),
  ulimit: inside(add('ulimits', readUlimit)),
  'use-api-socket': refused('it would give the container full control of the engine', SWITCH),
  user: inside(
    (to, flag, origin) => {
      to.user = text(flag, origin)
    },
    { short: 'u' },
  ),
  userns: granted(set('userns', text)),
  uts: granted(set('uts', text)),
  volume: inside(mounted(parseVolume), { short: 'v' }),
  'volume-driver': refused('a driver could reach beyond the engine in a way that cannot be shown'),
  'volumes-from': refused('what another container mounts cannot be shown; name the volumes in "mounts"'),
  workdir: inside(set('workdir', text), { short: 'w' }),
}
