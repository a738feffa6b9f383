import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import path from 'node:path'

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
  /** Which of `programs` are there. */
  has: Set<Program>
}

const PROGRAMS = ['dockerd', 'podman', 'colima', 'orb', 'brew', 'sudo', 'pkexec', 'apt-get'] as const
type Program = (typeof PROGRAMS)[number]

/** Reads what remedies depend on. `env` tells where programs are. Never fails. */
export async function readSystem(env: Environment): Promise<System> {
  const there = await Promise.all(PROGRAMS.map((name) => isThere(env, name)))
  return {
    platform: process.platform,
    families: process.platform === 'linux' ? await readFamilies() : [],
    systemd: await exists('/run/systemd/system', constants.F_OK),
    root: process.getuid?.() === 0,
    user: userInfo().username,
    has: new Set(PROGRAMS.filter((_, index) => there[index])),
  }
}

/** `ID` and `ID_LIKE` of os-release(5). */
async function readFamilies(): Promise<string[]> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return ['ID', 'ID_LIKE'].flatMap((key) => {
    const value = new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? ''
    return value.split(' ').filter((word) => word !== '')
  })
}

/** Programs of the system are not on everybody's PATH. */
async function isThere(env: Environment, name: string): Promise<boolean> {
  const folders = [...(env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin']
  const files = folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, name))
  const found = await Promise.all(files.map((file) => exists(file, constants.X_OK)))
  return found.includes(true)
}

const exists = (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  )
