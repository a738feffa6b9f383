import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { storageFingerprint } from '../../docker/engine-id.ts'
import { LABEL } from '../../docker/labels.ts'
import { holdsPath } from '../../docker/path-stat.ts'
import { createVolume, removeVolume } from '../../docker/volumes.ts'
import type { Home } from '../../store/home.ts'
import { writeFileWhole } from '../../store/write-file.ts'
import { type EnginePlace, overlayOptions, putTar, type Signal, withVolumes } from './engine-place.ts'

/** Whether an engine mounts overlays of volumes, and if not, why. */
export type Overlays = { work: true } | { work: false; why: string }

/** The result of a trial, and its time. `why`: why overlays do not work, or null. */
const Finding = z.object({ why: z.nullable(z.string()), at: z.iso.datetime() })
export type Finding = z.infer<typeof Finding>

/** By the signature of the engine. */
const Found = z.record(z.string(), Finding)

/**
 * In milliseconds: after this time, a failed trial is repeated, because the engine may have been repaired without a
 * change of its signature.
 */
const RETRIED_AFTER = 24 * 60 * 60_000

/** The result of a finding at a time in milliseconds; undefined if the trial has to be repeated. */
export function overlaysOf(finding: Finding | undefined, now: number): Overlays | undefined {
  if (!finding) return undefined
  if (finding.why === null) return { work: true }
  const age = now - Date.parse(finding.at)
  return age >= 0 && age < RETRIED_AFTER ? { work: false, why: finding.why } : undefined
}

/** Whether an engine refused something because it could not mount a volume. `problem`: its message. */
export const isMountProblem = (problem: string): boolean =>
  /\b(?:mount local volume|mounting volume|mount overlay)\b/.test(problem)

const fileOf = (home: Home) => path.join(home.root, 'overlays.json')

/**
 * Determines whether an engine mounts overlays of volumes, once and after each change of the engine, by mounting some and
 * writing to them. A negative result is checked again after a day, and at once if another failure prevented the trial.
 * Errors: those of the engine, `storage-failed`.
 */
export async function findOverlays(home: Home, place: EnginePlace, run: Signal): Promise<Overlays> {
  const signature = await storageFingerprint(place.engine)
  const found = await readFound(home)
  const known = overlaysOf(found[signature], Date.now())
  if (known) return known
  const { overlays, isFinding } = await tryOverlay(place, run)
  if (isFinding) {
    const finding: Finding = { why: overlays.work ? null : overlays.why, at: new Date().toISOString() }
    await writeFileWhole(fileOf(home), JSON.stringify({ ...found, [signature]: finding }, null, 2))
  }
  return overlays
}

/** The same without a trial: undefined until one was done. Errors: those of the engine. */
export async function knownOverlays(home: Home, engine: Engine): Promise<Overlays | undefined> {
  return overlaysOf((await readFound(home))[await storageFingerprint(engine)], Date.now())
}

async function readFound(home: Home): Promise<z.infer<typeof Found>> {
  try {
    return Found.parse(JSON.parse(await readFile(fileOf(home), 'utf8')))
  } catch {
    return {}
  }
}

/** `isFinding`: whether the result is about overlays and not about a momentary failure. */
interface Trial {
  overlays: Overlays
  isFinding: boolean
}

const failed = (why: string, isFinding = true): Trial => ({ overlays: { work: false, why }, isFinding })

/** Mounts an overlay of two volumes and writes to it. */
async function tryOverlay(place: EnginePlace, run: Signal): Promise<Trial> {
  const { engine, key } = place
  if ((await engineVersion(engine)).name === 'Podman')
    return failed('Podman does not say who owns the files of a volume.')
  const base = `pristine-${key}-probe-${randomBytes(3).toString('hex')}`
  const [lower, upper, whole] = ['lower', 'upper', 'whole'].map((name) => `${base}-${name}`) as [
    string,
    string,
    string,
  ]
  const labels = { [LABEL.project]: key, [LABEL.part]: 'probe' }
  try {
    await createVolume(engine, lower, labels)
    await createVolume(engine, upper, labels)
    const mounts = [
      { volume: lower, target: '/lower' },
      { volume: upper, target: '/upper' },
    ]
    await withVolumes(
      place,
      mounts,
      (container) =>
        putTar(
          place,
          container,
          (tar) => {
            tar.entry({ name: 'lower/below' }, 'below')
            for (const name of ['data', 'work']) tar.entry({ name: `upper/${name}`, type: 'directory' })
          },
          run,
        ),
      run,
    )
    const options = await overlayOptions(engine, whole, [{ volume: lower, path: '' }], upper)
    await createVolume(engine, whole, labels, options)
    const shown = await withVolumes(
      place,
      [{ volume: whole, target: '/whole' }],
      async (container) => {
        await putTar(place, container, (tar) => tar.entry({ name: 'whole/above' }, 'above'), run)
        return holdsPath(engine, container, '/whole/below', run)
      },
      run,
    )
    return shown ? { overlays: { work: true }, isFinding: true } : failed('It does not show what lies below.')
  } catch (error) {
    if (isProductError(error, 'data-not-shown')) return failed(error.why)
    if (isProductError(error, 'engine-refused')) return failed(error.why, isMountProblem(error.why))
    throw error
  } finally {
    for (const volume of [whole, upper, lower]) await removeVolume(engine, volume).catch(() => {})
  }
}
