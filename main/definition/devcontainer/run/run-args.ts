import type { Mount, PortRequest, RunOptions, Warning } from '../../../../shared/definition.ts'
import { invalid, type Origin } from '../document/source-position.ts'
import { type Flag, type KnownFlags, readFlags } from './parse-flags.ts'
import { parseMount, requireSize } from './parse-mounts.ts'
import { parsePublish } from './parse-ports.ts'
import {
  readDevice,
  readHost,
  readNetwork,
  readNumber,
  readPair,
  readSecurityOption,
  readSwitch,
  readUlimit,
} from './run-values.ts'
import { parseTmpfs, parseVolume } from './volume-flags.ts'

/** What `runArgs` ask for, in the definition's own terms. */
export interface RunArgs {
  env: Record<string, string>
  user?: string
  init?: boolean
  mounts: Mount[]
  ports: PortRequest[]
  options: RunOptions
  warnings: Warning[]
}

const KNOWN: KnownFlags = {
  'add-host': {},
  'cap-add': {},
  'cap-drop': {},
  cgroupns: {},
  cpus: {},
  device: {},
  dns: {},
  env: { short: 'e' },
  hostname: { short: 'h' },
  init: { switch: true },
  ipc: {},
  label: { short: 'l' },
  memory: { short: 'm' },
  mount: {},
  name: {},
  net: {},
  network: {},
  pid: {},
  'pids-limit': {},
  privileged: { switch: true },
  publish: { short: 'p' },
  'read-only': { switch: true },
  'security-opt': {},
  'shm-size': {},
  'stop-signal': {},
  'stop-timeout': {},
  tmpfs: {},
  ulimit: {},
  user: { short: 'u' },
  userns: {},
  uts: {},
  volume: { short: 'v' },
}

/** Reads `runArgs` by allow-list: only what stays inside the container, or can be granted, gets through. */
export function readRunArgs(args: readonly string[], origin: Origin): RunArgs {
  const requested: RunArgs = { env: {}, mounts: [], ports: [], options: {}, warnings: [] }
  for (const flag of readFlags(args, KNOWN, origin)) apply(requested, flag, origin)
  return requested
}

function apply(requested: RunArgs, flag: Flag, origin: Origin): void {
  const { name, value, path } = flag
  const { options } = requested
  const needsText = () => {
    if (value === '') throw invalid(origin, path, `"--${name}" needs a value`)
    return value
  }
  switch (name) {
    case 'add-host':
      options.extraHosts ??= []
      options.extraHosts.push(readHost(flag, origin))
      break
    case 'cap-add':
      options.capAdd ??= []
      options.capAdd.push(needsText())
      break
    case 'cap-drop':
      options.capDrop ??= []
      options.capDrop.push(needsText())
      break
    case 'cgroupns':
    case 'ipc':
    case 'pid':
    case 'userns':
    case 'uts':
      options[name] = needsText()
      break
    case 'cpus':
      options.cpus = readNumber(flag, origin)
      break
    case 'device':
      options.devices ??= []
      options.devices.push(readDevice(flag, origin))
      break
    case 'dns':
      options.dns ??= []
      options.dns.push(needsText())
      break
    case 'env': {
      // As with docker, a name alone takes the value of this computer.
      const [key, text] = readPair(flag, origin)
      requested.env[key] = text ?? `\${localEnv:${key}}`
      break
    }
    case 'hostname':
      options.hostname = needsText()
      break
    case 'init':
      requested.init = readSwitch(flag, origin)
      break
    case 'label': {
      const [key, text] = readPair(flag, origin)
      options.labels ??= {}
      options.labels[key] = text ?? ''
      break
    }
    case 'memory':
      options.memory = requireSize(value, origin, path)
      break
    case 'mount':
      requested.mounts.push(parseMount(value, origin, path))
      break
    case 'name':
      requested.warnings.push({
        code: 'ignored',
        message: 'runArgs "--name" is ignored; Pristine names containers itself.',
      })
      break
    case 'net':
    case 'network':
      options.network = readNetwork(flag, origin)
      break
    case 'pids-limit':
      options.pidsLimit = readNumber(flag, origin, { whole: true, least: -1 })
      break
    case 'privileged':
      if (readSwitch(flag, origin)) options.privileged = true
      break
    case 'publish':
      requested.ports.push(parsePublish(value, 'runArgs: --publish', origin, path))
      break
    case 'read-only':
      options.readOnly = readSwitch(flag, origin)
      break
    case 'security-opt':
      options.securityOpt ??= []
      options.securityOpt.push(readSecurityOption(value, origin, path))
      break
    case 'shm-size':
      options.shmSize = requireSize(value, origin, path)
      break
    case 'stop-signal':
      options.stopSignal = needsText()
      break
    case 'stop-timeout':
      options.stopTimeout = readNumber(flag, origin, { whole: true, least: 0 })
      break
    case 'tmpfs':
      requested.mounts.push(parseTmpfs(value, origin, path))
      break
    case 'ulimit':
      options.ulimits ??= []
      options.ulimits.push(readUlimit(flag, origin))
      break
    case 'user':
      requested.user = needsText()
      break
    case 'volume':
      requested.mounts.push(parseVolume(value, origin, path))
      break
    default:
      throw new TypeError(`The option ${name} is allowed, but nothing applies it.`)
  }
}
