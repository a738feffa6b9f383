import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { ContainerInspectInfo } from 'dockerode'
import { docker } from '../docker.ts'
import { TestProject } from '../test-project.ts'
import { place } from './place.ts'
import type { StackCase } from './stacks.ts'

/** Facts about the containers of a stack by name, such as `web env A`. */
export type StackFacts = Record<string, string>

const DEFINITION = { service: 'web', workspaceFolder: '/', userEnvProbe: 'none', shutdownAction: 'none' }

function filesOf({ files, beside }: StackCase): Record<string, string> {
  const names = files.map((_, at) => `compose.${at}.yaml`)
  return {
    ...beside,
    ...Object.fromEntries(files.map((file, at) => [names[at] ?? '', JSON.stringify(file)])),
    '.devcontainer.json': JSON.stringify({ ...DEFINITION, dockerComposeFile: names }),
  }
}

/** What docker-compose makes of a stack; `compose` is its command line. Everything is removed again. */
export async function observeCompose(compose: readonly string[], one: StackCase): Promise<StackFacts> {
  const { root, folder } = await place({ files: filesOf(one) })
  const [command = '', ...args] = compose
  const stack = path.basename(root).toLowerCase()
  const files = one.files.flatMap((_, at) => ['-f', `compose.${at}.yaml`])
  const run = (...rest: string[]) =>
    promisify(execFile)(command, [...args, '-p', stack, ...files, ...rest], { cwd: folder })
  try {
    await run('up', '-d')
    return await factsOf('com.docker.compose', {
      label: `com.docker.compose.project=${stack}`,
      root,
      folder,
      ordered: one.ordered === true,
    })
  } finally {
    await run('down', '-v', '-t', '0', '--rmi', 'local')
    await rm(root, { recursive: true })
  }
}

/** What Pristine makes of a stack, with all that it asks for granted. */
export async function observeStack(one: StackCase): Promise<StackFacts> {
  const { root, folder } = await place({ files: filesOf(one) })
  await using project = new TestProject(root, folder, {
    ...process.env,
    PRISTINE_HOME: path.join(root, 'home'),
  })
  await project.grant()
  await project.up()
  const label = `dev.pristine.project=${await project.key()}`
  return await factsOf('dev.pristine', { label, root, folder, ordered: one.ordered === true })
}

interface Where {
  ordered: boolean
  label: string
  root: string
  folder: string
}

async function factsOf(tool: string, { label, root, folder, ordered }: Where): Promise<StackFacts> {
  const found = await docker().listContainers({ all: true, filters: JSON.stringify({ label: [label] }) })
  const all = await Promise.all(found.map(({ Id }) => docker().getContainer(Id).inspect()))
  const serviceOf = ({ Config }: ContainerInspectInfo) => Config.Labels[`${tool}.service`] ?? ''
  const names = new Map(
    all.flatMap((one) => [one.Id, one.Name.slice(1)].map((name) => [name, serviceOf(one)] as const)),
  )
  const begun = all.toSorted((a, b) => Date.parse(a.State.StartedAt) - Date.parse(b.State.StartedAt))
  const facts: StackFacts = {
    services: all.map(serviceOf).sort().join(' '),
    ...(ordered && { order: begun.map(serviceOf).join(' ') }),
  }
  for (const one of all) {
    const own = { ...containerFacts(one, names), ...(await insideOf(one)) }
    for (const [name, value] of Object.entries(own)) {
      const text = value.replaceAll(folder, 'PROJECT').replaceAll(root, 'ABOVE')
      // What is not there is not named, so that only what a file says counts.
      if (text !== '') facts[`${serviceOf(one)} ${name}`] = text
    }
  }
  return facts
}

function containerFacts(one: ContainerInspectInfo, names: ReadonlyMap<string, string>): StackFacts {
  const { Config, HostConfig } = one
  const text = (value: unknown): string =>
    value === undefined || value === null || isEmpty(value) ? '' : JSON.stringify(value)
  const settings = Object.fromEntries(
    HOST_SETTINGS.map((key) => [key, text(plain((HostConfig as unknown as Record<string, unknown>)[key]))]),
  )
  const own = Object.fromEntries(
    CONFIG_SETTINGS.map((key) => [key, text((Config as unknown as Record<string, unknown>)[key])]),
  )
  const labels = Object.entries(Config.Labels).filter(
    ([name]) => !/^(com\.docker|dev\.pristine|devcontainer)\./.test(name),
  )
  return {
    ...settings,
    ...own,
    command: text([...(Config.Entrypoint ?? []), ...(Config.Cmd ?? [])]),
    // The engine invents one otherwise: the beginning of an id.
    hostname: /^[0-9a-f]{12}$/.test(Config.Hostname) ? '' : Config.Hostname,
    ...Object.fromEntries((Config.Env ?? []).map((entry) => [`env ${before(entry)}`, after(entry)])),
    ...Object.fromEntries(labels.map(([name, value]) => [`label ${name}`, `"${value}"`])),
    ...Object.fromEntries(
      Object.entries(one.NetworkSettings.Ports)
        .filter(([, to]) => (to ?? []).length > 0)
        .map(([port]) => [`port ${port}`, 'published']),
    ),
    ...Object.fromEntries(
      one.Mounts.map((mount) => [
        `mount ${mount.Destination}`,
        // Without options it is the same as one that a request lists apart from the mounts.
        mount.Type === 'tmpfs' && mount.RW
          ? tmpfsOf('')
          : `${mount.Type} ${mount.RW ? 'rw' : 'ro'} ${mount.Type === 'bind' ? mount.Source : ''}`,
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(HostConfig.Tmpfs ?? {}).map(([at, options]) => [`mount ${at}`, tmpfsOf(options)]),
    ),
    ...Object.fromEntries(['NetworkMode', 'IpcMode', 'PidMode'].map((key) => [key, modeOf(one, key, names)])),
    ...networkFacts(one),
  }
}

/** The options of a file system in memory, in one order; sizes in bytes. */
const tmpfsOf = (options: string): string =>
  [
    'tmpfs',
    ...options
      .replace(/\b(\d+)m\b/, (_, size) => String(Number(size) * 1024 * 1024))
      .split(',')
      .map((option) => option.trim())
      .filter((option) => option !== '' && option !== 'rw')
      .sort(),
  ].join(' ')

/** What a container shares, with the service instead of its container's id. */
function modeOf(
  { HostConfig }: ContainerInspectInfo,
  key: string,
  names: ReadonlyMap<string, string>,
): string {
  const mode = String((HostConfig as unknown as Record<string, unknown>)[key] ?? '')
  const [kind, id = ''] = mode.split(':')
  if (kind === 'container') return `service:${[...names].find(([known]) => known === id)?.[1] ?? id}`
  // A network of the stack is compared by its aliases.
  return key === 'NetworkMode' && !['none', 'host'].includes(mode) ? '' : mode
}

function networkFacts({ Id, Name, NetworkSettings, Config }: ContainerInspectInfo): StackFacts {
  const own = new Set([Id.slice(0, 12), Config.Hostname])
  return Object.fromEntries(
    Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => {
      const all = [...((Aliases ?? []) as string[]), Name.slice(1)]
      // Neither what the tool called it.
      const aliases = all.filter((alias) => !own.has(alias) && !alias.startsWith('pristine-'))
      return [`network ${name.replace(/^.*[-_]/, '')}`, `aliases ${[...new Set(aliases)].sort().join(' ')}`]
    }),
  )
}

/** Files that a secret or a config becomes; whose, and what they hold. */
async function insideOf(one: ContainerInspectInfo): Promise<StackFacts> {
  if (!one.State.Running) return {}
  const look =
    'for f in /run/secrets/* /run/other /motd /etc/motd; do [ -f $f ] && stat -c "%n %a" $f && cat $f && echo; done; true'
  const exec = await docker()
    .getContainer(one.Id)
    .exec({ Cmd: ['sh', '-c', look], AttachStdout: true, User: '0' })
  const stream = await exec.start({ Tty: true })
  let text = ''
  for await (const part of stream) text += part
  return { files: text.trim() }
}

const HOST_SETTINGS = [
  'CapAdd',
  'CapDrop',
  'SecurityOpt',
  'Sysctls',
  'Ulimits',
  'ShmSize',
  'ExtraHosts',
  'Init',
  'Privileged',
  'ReadonlyRootfs',
  'Memory',
  'MemoryReservation',
  'MemorySwap',
  'NanoCpus',
  'CpuShares',
  'CpusetCpus',
  'PidsLimit',
  'Dns',
  'DnsSearch',
  'DnsOptions',
  'GroupAdd',
  'Devices',
  'OomScoreAdj',
]
const CONFIG_SETTINGS = [
  'User',
  'WorkingDir',
  'Domainname',
  'StopSignal',
  'StopTimeout',
  'Healthcheck',
  'Tty',
  'OpenStdin',
]

/** Names of rights and options of security are said in several ways, and docker-compose has ulimits in any order. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value
        .map((item) => (typeof item === 'string' ? item.replace(/^CAP_/, '') : item))
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value

const isEmpty = (value: unknown): boolean =>
  value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
const before = (entry: string): string => entry.slice(0, entry.indexOf('='))
const after = (entry: string): string => `"${entry.slice(entry.indexOf('=') + 1)}"`
