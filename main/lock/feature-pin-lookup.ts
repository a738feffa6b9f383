import { readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { ProjectKey } from '../../shared/ids.ts'
import { FeaturePin } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { writeFileWhole } from '../store/write-file.ts'
import { readDevcontainerLock } from './devcontainer-lock.ts'
import { featureKey } from './feature-pin.ts'
import { lockPath, readLock } from './lock-file.ts'

/**
 * Pins that were found and are not in the lock yet: what a feature asks for is shown, and perhaps granted, before anything
 * is written into the repository.
 */
const FoundPins = z.record(z.string(), FeaturePin)
type FoundPins = z.infer<typeof FoundPins>

/** In milliseconds. What was found earlier may have moved. */
const DAY = 86_400_000

const fileOf = (home: Home, key: ProjectKey): string => path.join(home.project(key), 'feature-pins.json')

async function readFound(home: Home, key: ProjectKey): Promise<FoundPins> {
  try {
    const file = fileOf(home, key)
    const { mtimeMs } = await stat(file)
    return Date.now() - mtimeMs > DAY ? {} : FoundPins.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return {}
  }
}

/** Records pins that are not in the lock yet. Errors: `storage-failed`. */
export async function recordPendingPins(home: Home, key: ProjectKey, pins: FoundPins): Promise<void> {
  if (Object.keys(pins).length === 0) return
  await writeFileWhole(fileOf(home, key), JSON.stringify({ ...(await readFound(home, key)), ...pins }))
}

/** Forgets them, once the lock was written. */
export const forgetPendingPins = (home: Home, key: ProjectKey): Promise<void> =>
  rm(fileOf(home, key), { force: true })

/**
 * The pins of a definition's features: those of `devcontainer-lock.json`, else those of `pristine.lock`, else what was
 * found before. `file` is the definition's, relative to the project's folder. References are found in any spelling.
 * Errors: those of both locks.
 */
export async function pinsOfFeatures(
  home: Home,
  project: Project,
  file: string,
): Promise<(reference: string) => FeaturePin | undefined> {
  const [other, lock, found] = await Promise.all([
    readDevcontainerLock(project, file),
    readLock(project, lockPath(file)),
    readFound(home, project.key),
  ])
  const pins = new Map<string, FeaturePin>()
  for (const source of [found, lock?.features ?? {}, other ?? {}])
    for (const [reference, pin] of Object.entries(source)) pins.set(featureKey(reference), pin)
  return (reference) => pins.get(featureKey(reference))
}
