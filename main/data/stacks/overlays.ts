import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { isProductError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { engineVersion } from '../../docker/connection/engine-version.ts'
import { engineSignature } from '../../docker/engine-signature.ts'
import { LABEL } from '../../docker/labels.ts'
import { holdsPath } from '../../docker/read-files.ts'
import { createVolume, removeVolume } from '../../docker/volumes.ts'
import type { Home } from '../../store/home.ts'
import { writeFileWhole } from '../../store/write-file.ts'
import { type EnginePlace, overlayOptions, putTar, type Signal, withVolumes } from './engine-place.ts'

/** Whether an engine mounts overlays of volumes, and why it does not. */
export type Overlays = { work: true } | { work: false; why: string }

/** What was found out once, and when. `why`: why overlays do not work, or null. */
const Finding = z.object({ why: z.nullable(z.string()), at: z.iso.datetime() })
export type Finding = z.infer<typeof Finding>

/** By what decides it. */
const Found = z.record(z.string(), Finding)

/** In milliseconds: what an engine cannot do now it may do later, after a repair that its signature does not show. */
const RETRIED_AFTER = 24 * 60 * 60_000

/** What a finding says at a time, in milliseconds; undefined where it has to be found out again. */
export function overlaysOf(finding: Finding | undefined, now: number): Overlays | undefined {
  if (!finding) return undefined
  if (finding.why === null) return { work: true }
  const age = now - Date.parse(finding.at)
  return age >= 0 && age < RETRIED_AFTER ? { work: false, why: finding.why } : undefined
}

/** Whether an engine refused something because it could not mount a volume. `problem`: what it said. */
export const isMountProblem = (problem: string): boolean =>
  /\b(?:mount local volume|mounting volume|mount overlay)\b/.test(problem)

const fileOf = (home: Home) => path.join(home.root, 'overlays.json')

/**
 * Finds out once an engine, and after each change of it, whether it mounts overlays of volumes: some are mounted and
 * written. That it does not is found out again after a day, and at once where another failure kept it from being tried.
 * Errors: those of the engine, `storage-failed`.
 */
export async function findOverlays(home: Home, place: EnginePlace, run: Signal): Promise<Overlays> {
  const signature = await engineSignature(place.engine)
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

/** The same without trying: undefined until it was found out. Errors: those of the engine. */
export async function knownOverlays(home: Home, engine: Engine): Promise<Overlays | undefined> {
  return overlaysOf((await readFound(home))[await engineSignature(engine)], Date.now())
}

async function readFound(home: Home): Promise<z.infer<typeof Found>> {
  try {
    return Found.parse(JSON.parse(await readFile(fileOf(home), 'utf8')))
  } catch {
    return {}
  }
}

/** `isFinding`: whether it says something of overlays, not of the moment. */
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
