import type { Because } from '../draft/draft.ts'
import { textAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'

type Manager = 'npm' | 'pnpm' | 'yarn' | 'berry' | 'bun'

/** What is taken where no file names a version. */
const PNPM = { '5.4': '7.9.5', '6.0': '8.9.2', '9.0': '10.34.8' } as const
const NEWEST_PNPM = '10.34.8'
const CLASSIC = '1.22.22'
const BERRY = '4.18.1'

/** How a project's packages are installed. */
export interface Packages {
  manager: Manager
  /** The manager's version where a file names it. */
  version: { text: string; from: string } | undefined
  /** Brings the manager itself, where the image does not have it. */
  tool: ({ command: string } & Because) | undefined
  /** `files` are what it reads beside the package.json. */
  install: { command: string; files: string[] } & Because
  locked: boolean
}

const LOCKFILES: [file: string, manager: Manager][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
]

/** Finds the package manager: the one that `packageManager` names, else the one whose lockfile is there, else npm. */
export async function readPackages(look: ProjectReader, manifest: unknown): Promise<Packages> {
  const from = look.path('package.json')
  const named = /^(npm|pnpm|yarn|bun)@(\d+\.\d+\.\d+)(?:[+-][\w.+-]*)?$/.exec(
    textAt(manifest, 'packageManager') ?? '',
  )
  const volta = textAt(manifest, 'volta', 'yarn') ?? ''
  const present = LOCKFILES.filter(([file]) => look.has(file))
  const [lockfile, byLock] = present.find(([, manager]) => manager === named?.[1]) ?? present[0] ?? []
  const managers = new Set(present.map(([, manager]) => manager))
  if (managers.size > 1) {
    const others = present.map(([file]) => look.path(file)).join(', ')
    look.warn(`There are lockfiles of several package managers (${others}); ${lockfile} is taken.`)
  }
  const manager = byLock ?? (named?.[1] as Manager | undefined) ?? 'npm'
  const version =
    named?.[1] === manager && named[2] !== undefined
      ? { text: named[2], from }
      : manager === 'yarn' && /^\d+\.\d+\.\d+$/.test(volta)
        ? { text: volta, from }
        : undefined
  const berry = manager === 'yarn' && (await isBerry(look, version?.text))
  return packagesOf(look, berry ? 'berry' : manager, version, lockfile)
}

/** Yarn 2 and later have other commands; its lockfile or its settings show which it is. */
async function isBerry(look: ProjectReader, version: string | undefined): Promise<boolean> {
  if (version !== undefined) return !version.startsWith('1.')
  return look.has('.yarnrc.yml') || /^__metadata:/m.test((await look.head('yarn.lock')) ?? '')
}

async function packagesOf(
  look: ProjectReader,
  manager: Manager,
  version: Packages['version'],
  lockfile: string | undefined,
): Promise<Packages> {
  const locked = lockfile !== undefined
  const lock = look.path(lockfile ?? 'package.json')
  const command = (locked ? LOCKED : UNLOCKED)[manager]
  const reason = locked
    ? `Installs exactly what ${lock} says.`
    : 'There is no lockfile: it installs what is newest today, and writes one.'
  return {
    manager,
    version,
    tool: await toolOf(look, manager, version, lockfile),
    install: { command, files: locked ? [lockfile] : [], reason, from: lock },
    locked,
  }
}

const LOCKED: Record<Manager, string> = {
  npm: 'npm ci',
  pnpm: 'pnpm install --frozen-lockfile',
  yarn: 'yarn install --frozen-lockfile',
  berry: 'yarn install --immutable',
  bun: 'bun install --frozen-lockfile',
}
const UNLOCKED: Record<Manager, string> = {
  npm: 'npm install',
  pnpm: 'pnpm install',
  yarn: 'yarn install',
  berry: 'yarn install',
  bun: 'bun install',
}

async function toolOf(
  look: ProjectReader,
  manager: Manager,
  version: Packages['version'],
  lockfile: string | undefined,
): Promise<Packages['tool']> {
  const bring = (name: string, otherwise: string, why: string) => ({
    // Some images bring another version of it, which is replaced.
    command: `npm install --global --force ${name}@${version?.text ?? otherwise}`,
    reason: version ? `${version.from} asks for ${version.text}.` : why,
    from: version?.from ?? (lockfile === undefined ? null : look.path(lockfile)),
  })
  switch (manager) {
    case 'npm':
      if (!version) return undefined
      return bring('npm', version.text, '')
    case 'bun':
      return undefined
    case 'yarn':
      return bring('yarn', CLASSIC, `Yarn ${CLASSIC}, the last release of its first line.`)
    case 'berry':
      return bring('@yarnpkg/cli-dist', BERRY, `Yarn ${BERRY}: .yarnrc.yml is there.`)
    case 'pnpm': {
      const text = lockfile === undefined || version ? undefined : await look.head(lockfile)
      const format = /^lockfileVersion: '?([\d.]+)'?\s*$/m.exec(text ?? '')?.[1] ?? ''
      const found = Object.hasOwn(PNPM, format) ? PNPM[format as keyof typeof PNPM] : NEWEST_PNPM
      return bring('pnpm', found, `pnpm ${found}, which reads this lockfile.`)
    }
  }
}
