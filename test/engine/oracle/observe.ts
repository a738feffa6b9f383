import { devcontainerId } from '../../../main/definition/devcontainer/document/devcontainer-id.ts'
import type { Engine } from '../../../main/docker/connection/connect.ts'
import { type ContainerDetails, inspectContainer } from '../../../main/docker/containers.ts'
import { BY_NATURE, type Difference } from './differences.ts'

/** One tool's running environment: what is needed to look into it. */
interface Side {
  /** The folder that holds the project's folder, to be left out of values. */
  root: string
  /** The opened folder. */
  folder: string
  container: string
  /** The project's key, if Pristine made the environment. */
  key?: string
  exec(command: string): Promise<{ code: number; stdout: string; stderr: string }>
}

/** What a definition asks to be looked at, beside what is always looked at. */
export interface Look {
  /** The definition's file, relative to the opened folder. */
  file: string
  /** Files inside the container whose content counts. */
  files: string[]
  /** Labels of the container that the definition sets. */
  labels: string[]
}

/** Facts about an environment by name, such as `user.name` or `env PATH`; the names tell where two of them differ. */
export type Observation = Record<string, string>

const SEPARATOR = '--- next ---'

/** Looks into an environment through its tool's own `exec`, and at its container through the engine. */
export async function observe(engine: Engine, side: Side, look: Look): Promise<Observation> {
  const questions: [string, string][] = [
    ['user.name', 'id -un'],
    ['user.id', 'id -u'],
    ['user.group', 'id -g'],
    ['user.groups', 'id -G'],
    ['folder', 'pwd'],
    ['home', 'echo ~'],
    ['umask', 'umask'],
    ['workspace', 'ls -A'],
    ['hosts', 'grep -v -e "$(hostname)" /etc/hosts'],
    ['tmpfs', "grep ^tmpfs /proc/mounts | grep -v -E ' /(dev|proc|sys)' | cut -d' ' -f2,4 | sort"],
    ['shm', 'grep " /dev/shm " /proc/mounts | grep -o "size=[0-9]*k"'],
    ...look.files.map((file): [string, string] => [`file ${file}`, `cat ${file} 2>&1`]),
  ]
  // Never the last command: a shell may become that one, and its own environment is gone.
  const commands = [...questions.map(([, command]) => command), `tr '\\0' '\\1' </proc/$$/environ`]
  const asked = await side.exec(commands.map((command) => `${command}; echo "${SEPARATOR}"`).join('\n'))
  if (asked.code !== 0) throw new Error(`The look inside failed (${asked.code}): ${asked.stderr}`)
  const answers = asked.stdout.split(`${SEPARATOR}\n`)
  const env = (answers[questions.length] ?? '').split('\u0001').filter(Boolean)
  if (env.length === 0) throw new Error(`The look inside shows no environment: ${asked.stderr}`)
  const details = await inspectContainer(engine, side.container)
  if (!details) throw new Error(`There is no container ${side.container}.`)
  const facts: [string, string][] = [
    ...questions.map(([name], at): [string, string] => [name, (answers[at] ?? '').trim()]),
    ...env.map((entry) => named('env', entry)),
    ...(details.Config.Env ?? []).map((entry) => named('container env', entry)),
    ...containerFacts(details, look),
  ]
  const place = placeless(side, look, details)
  return Object.fromEntries(facts.map(([name, value]) => [place(name), place(value)]))
}

function named(group: string, entry: string): [string, string] {
  const at = entry.indexOf('=')
  return [`${group} ${entry.slice(0, at)}`, entry.slice(at + 1)]
}

function containerFacts({ Config, HostConfig, Mounts }: ContainerDetails, look: Look): [string, string][] {
  const mounts = Mounts as (ContainerDetails['Mounts'][number] & { Type: string })[]
  return [
    ['container user', Config.User],
    ['container hostname', Config.Hostname],
    ['init', String(HostConfig.Init ?? false)],
    ['privileged', String(HostConfig.Privileged)],
    ['extra hosts', (HostConfig.ExtraHosts ?? []).join(' ')],
    ['ports', portsOf(HostConfig)],
    ['limits', JSON.stringify([HostConfig.Memory, HostConfig.NanoCpus, HostConfig.Ulimits ?? []])],
    [
      'capabilities',
      JSON.stringify([HostConfig.CapAdd ?? [], HostConfig.CapDrop ?? []]).replaceAll('CAP_', ''),
    ],
    ...look.labels.map((label): [string, string] => [`label ${label}`, Config.Labels[label] ?? '']),
    ...mounts.map((mount): [string, string] => [
      `mount ${mount.Destination}`,
      `${mount.Type} ${mount.RW ? 'rw' : 'ro'} ${mount.Type === 'volume' ? mount.Name : mount.Source}`.trim(),
    ]),
    ...Object.keys(HostConfig.Tmpfs ?? {}).map((target): [string, string] => [`mount ${target}`, 'tmpfs rw']),
  ]
}

/** Where ports are published; on which host port is chosen, and so differs. */
function portsOf({ PortBindings = {} }: ContainerDetails['HostConfig']): string {
  const bindings = Object.entries(PortBindings as Record<string, { HostIp?: string }[]>)
  return bindings.flatMap(([port, to]) => to.map(({ HostIp }) => `${HostIp || '0.0.0.0'} ${port}`)).join(' ')
}

/** Takes out of a text what differs because two folders and two containers cannot be one. */
function placeless(
  { root, folder, key }: Side,
  { file }: Look,
  { Id }: ContainerDetails,
): (text: string) => string {
  const id = devcontainerId({
    'devcontainer.config_file': `${folder}/${file}`,
    'devcontainer.local_folder': folder,
  })
  const places = [
    [id, '<devcontainerId>'],
    [root, '<root>'],
    [Id.slice(0, 12), '<container>'],
    [key, '<key>'],
  ] as const
  return (text) => places.reduce((left, [place, name]) => (place ? left.replaceAll(place, name) : left), text)
}

/** The facts in which two observations differ, apart from those that differ by nature. */
export function differences(peer: Observation, ours: Observation): Record<string, Difference> {
  const names = [...new Set([...Object.keys(peer), ...Object.keys(ours)])]
  return Object.fromEntries(
    names
      .filter((name) => peer[name] !== ours[name] && !Object.hasOwn(BY_NATURE, name))
      .map((name) => [name, { ...one('peer', peer[name]), ...one('ours', ours[name]) }]),
  )
}

const one = (side: keyof Difference, value: string | undefined): Difference =>
  value === undefined ? {} : { [side]: value }
