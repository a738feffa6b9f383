import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Lock } from '../../shared/lock.ts'
import type { Home } from '../store/home.ts'
import { notifyWatchers } from '../store/project-records.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** What the registries answered about a project's pinned images and features at the last check; it may be lost. */
const PinCheck = z.object({
  /** In milliseconds since 1970. */
  at: z.number(),
  /** The lock's file, relative to the project's folder. */
  lock: z.string(),
  /** By the reference as written: what the lock pinned, and where the reference pointed. */
  images: z.record(z.string(), z.object({ locked: z.string(), latest: z.string() })),
})
export type PinCheck = z.infer<typeof PinCheck>

/** Its file's name, in the project's data folder. */
export const PIN_CHECK_FILE = 'pin-check.json'

/** The last check of a project; undefined when there was none, or it cannot be understood. */
export async function readPinCheck(home: Home, key: ProjectKey): Promise<PinCheck | undefined> {
  try {
    const text = await readFile(path.join(home.project(key), PIN_CHECK_FILE), 'utf8')
    return PinCheck.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Stores a check, and notifies watchers. Errors: `storage-failed`. */
export async function writePinCheck(home: Home, key: ProjectKey, check: PinCheck): Promise<void> {
  await writeFileWhole(path.join(home.project(key), PIN_CHECK_FILE), `${JSON.stringify(check)}\n`)
  await notifyWatchers(home.project(key))
}

/** The references that pointed elsewhere than the lock's pins, as long as the lock pins what it pinned then. */
export function movedPins({ images }: PinCheck, lock: Lock | undefined): string[] {
  return Object.entries(images).flatMap(([reference, { locked, latest }]) =>
    latest !== locked && resolvedIn(lock, reference) === locked ? [reference] : [],
  )
}

const resolvedIn = (lock: Lock | undefined, reference: string): string | undefined =>
  lock?.images[reference]?.resolved ?? lock?.features?.[reference]?.resolved
