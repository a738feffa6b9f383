import { access, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { userName } from '../docker/connection/socket-refusal.ts'
import { findProgram } from '../host/find-program.ts'

type Environment = Record<string, string | undefined>

/** What remedies depend on: the system, and what of engines is installed on it. */
export interface System {
  platform: NodeJS.Platform
  /** The ids of the distribution and of those that it comes from: `ubuntu`, `debian`. Empty but on Linux. */
  families: string[]
  /** Whether systemd runs the system. */
  systemd: boolean
  root: boolean
  user: string
  /** Whether a Docker Engine of the person's own, without root, is set up for systemd to start. */
  ownDocker: boolean
  /** Which of `programs` are there. */
  has: Set<Program>
}

const PROGRAMS = [
  'dockerd',
  'dockerd-rootless-setuptool.sh',
  'podman',
  'colima',
  'orb',
  'brew',
  'sudo',
  'pkexec',
  'apt-get',
] as const
type Program = (typeof PROGRAMS)[number]
/** Programs of the system are not on everybody's PATH. */
const OF_THE_SYSTEM = ['/usr/sbin', '/usr/local/sbin', '/sbin']

/** Reads what remedies depend on. `env` determines where programs are. Never fails. */
export async function readSystem(env: Environment): Promise<System> {
  const there = await Promise.all(PROGRAMS.map((name) => findProgram(env, name, OF_THE_SYSTEM)))
  return {
    platform: process.platform,
    families: process.platform === 'linux' ? await readFamilies() : [],
    systemd: await exists('/run/systemd/system'),
    root: process.getuid?.() === 0,
    user: userName(),
    ownDocker: await exists(path.join(configFolder(env), 'systemd/user/docker.service')),
    has: new Set(PROGRAMS.filter((_, index) => there[index])),
  }
}

/** Where dockerd-rootless-setuptool.sh writes its unit. */
const configFolder = (env: Environment): string =>
  env['XDG_CONFIG_HOME'] || path.join(env['HOME'] ?? homedir(), '.config')

/** `ID` and `ID_LIKE` of os-release(5). */
async function readFamilies(): Promise<string[]> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return ['ID', 'ID_LIKE'].flatMap((key) => {
    const value = new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? ''
    return value.split(' ').filter((word) => word !== '')
  })
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
