import path from 'node:path'
import { isProductError, isSystemError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import { Breath } from '../definition/breath.ts'
import { HashCache } from '../definition/hash-cache.ts'
import { lookInside } from '../definition/inside.ts'
import type { Home } from '../project/home.ts'
import type { Project } from '../project/open.ts'
import { type Planned, readInputs } from './plan.ts'

/**
 * The inputs, by name, that the project's folder no longer has as they were planned: those beside the build's, and the
 * files that the Dockerfile copies by their own name. Not what lies in a copied folder: hooks are there to write, too.
 * Error: input-unreadable.
 */
export async function changedInputs(
  home: Home,
  project: Project,
  { definition, services, plan }: Planned,
): Promise<string[]> {
  const hashes = await openHashes(home, project)
  const { inputs: today } = await readInputs(project, { definition, services }, hashes)
  const now = new Map(today.map(asEntry))
  const before = new Map(plan.inputs.map(asEntry))
  const inputs = [...new Set([...before.keys(), ...now.keys()])].filter(
    (name) => before.get(name) !== now.get(name),
  )
  const copied = services.map(async ({ reading, contextFolder }, index) => {
    const service = plan.services[index]
    const named = new Set(reading.sources.flatMap(({ patterns }) => patterns))
    const files = (service?.files ?? []).filter(([file]) => named.has(file))
    const changed = await unlike(contextFolder, files, hashes)
    return changed.map((file) => path.posix.join(service?.context ?? '.', file))
  })
  return [...new Set([...inputs, ...(await Promise.all(copied)).flat()])].sort()
}

/** Of planned inputs those that a folder (whose path has no links) has otherwise now, or not at all. */
export async function unlike(folder: string, inputs: InputFile[], hashes: HashCache): Promise<string[]> {
  const changed: string[] = []
  const breath = new Breath(hashes.signal)
  const later = inputs.map(async (input) => {
    if (breath.due) await breath.take()
    if (!(await isAsPlanned(folder, input, hashes))) changed.push(input[0])
  })
  await Promise.all(later)
  return changed
}

async function isAsPlanned(
  folder: string,
  [name, executable, content]: InputFile,
  hashes: HashCache,
): Promise<boolean> {
  if (content === 'dir') return true
  if (content.startsWith('-> ')) return content === `-> ${linkTarget(folder, name)}`
  const now = await hashes.hash(folder, name).catch(gone)
  return now?.sha256 === content && now.executable === executable
}

/** What a link says, with forward slashes; undefined for what is none, or lies behind one. */
export function linkTarget(folder: string, name: string): string | undefined {
  try {
    return lookInside(folder, name)?.target?.replaceAll(path.sep, '/')
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

/** What a project's folder holds, with the hashes that are remembered of it. */
export const openHashes = (home: Home, project: Project): Promise<HashCache> =>
  HashCache.open(path.join(home.project(project.key), 'hashes.json'))

const asEntry = (input: InputFile): [string, string] => [input[0], JSON.stringify(input)]

function gone(error: unknown): undefined {
  if (isProductError(error, 'input-unreadable')) return undefined
  throw error
}
