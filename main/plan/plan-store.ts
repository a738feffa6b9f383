import { hash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { VersionId } from '../../shared/ids.ts'
import { Plan } from '../../shared/plan.ts'
import { Inventory } from '../../shared/version.ts'
import type { Home } from '../store/home.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { canonicalPlan } from './canonical-plan.ts'

/** The id of the version that a plan makes. */
export function versionId(plan: Plan): VersionId {
  return hash('sha256', canonicalPlan(plan)) as VersionId
}

/** Reads a plan's canonical text; undefined unless it is that of a plan that makes the version `id`. */
export function parsePlan(text: string, id: VersionId): Plan | undefined {
  if (!makes(text, id)) return undefined
  try {
    return Plan.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Whether a text is the canonical form that makes the version `id`: it need not be parsed for that. */
const makes = (text: string | Buffer, id: VersionId): boolean => hash('sha256', text) === id

/** The versions of which something is kept outside the engine. */
export async function storedVersions(home: Home): Promise<VersionId[]> {
  const names = await readdir(home.versions).catch(() => [])
  return names.flatMap((name) => VersionId.safeParse(name).data ?? [])
}

/** Whether a version's plan is kept here whole. A large one is not parsed for that. */
export async function holdsPlan(home: Home, id: VersionId): Promise<boolean> {
  const text = await readBytes(planFile(home, id))
  return text !== undefined && makes(text, id)
}

/** Whether a version's plan is kept here. Only `holdsPlan` and `loadPlan` show whether it is complete. */
export const hasPlan = async (home: Home, id: VersionId): Promise<boolean> =>
  (await stat(planFile(home, id)).catch(() => undefined)) !== undefined

/** The file that holds a version's plan. */
export const planFile = (home: Home, id: VersionId): string => path.join(home.version(id), 'plan.json')

/** Stores a version's plan outside the engine. */
export function storePlan(home: Home, id: VersionId, plan: Plan): Promise<void> {
  return writeFileWhole(planFile(home, id), canonicalPlan(plan))
}

/** A version's plan, from this computer's store; undefined when it is not there or was altered. */
export async function loadPlan(home: Home, id: VersionId): Promise<Plan | undefined> {
  const text = await readText(planFile(home, id))
  return text === undefined ? undefined : parsePlan(text, id)
}

/** Stores what was found inside a version's image; `service`: inside that of one of its further services. */
export function storeInventory(
  home: Home,
  id: VersionId,
  contents: Inventory,
  service?: string,
): Promise<void> {
  return writeFileWhole(contentsFile(home, id, service), JSON.stringify(contents))
}

/**
 * The tools and packages found in a version's image, or in that of one of its further services; null if it was never
 * probed.
 */
export async function loadInventory(home: Home, id: VersionId, service?: string): Promise<Inventory | null> {
  const text = await readText(contentsFile(home, id, service))
  if (text === undefined) return null
  try {
    return Inventory.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** The name of a service is one of a file, too: the Compose specification has letters, digits, `.`, `_` and `-`. */
const contentsFile = (home: Home, id: VersionId, service: string | undefined): string =>
  path.join(home.version(id), service === undefined ? 'contents.json' : `contents.${service}.json`)

/** The same of all its further services, by their names. */
export async function loadInventories(
  home: Home,
  id: VersionId,
  services: readonly string[],
): Promise<ReadonlyMap<string, Inventory>> {
  const found = await Promise.all(
    services.map(async (service) => [service, await loadInventory(home, id, service)] as const),
  )
  return new Map(found.flatMap(([service, contents]) => (contents ? [[service, contents]] : [])))
}

const readText = async (file: string): Promise<string | undefined> =>
  (await readBytes(file))?.toString('utf8')

async function readBytes(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
