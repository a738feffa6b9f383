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

/** What was found out, by what decides it: `null`, or why they do not work. */
const Found = z.record(z.string(), z.nullable(z.string()))

const fileOf = (home: Home) => path.join(home.root, 'overlays.json')

/**
 * Finds out once an engine, and after each change of it, whether it mounts overlays of volumes: some are mounted and
 * written. Errors: those of the engine, `storage-failed`.
 */
export async function findOverlays(home: Home, place: EnginePlace, run: Signal): Promise<Overlays> {
  const signature = await engineSignature(place.engine)
  const found = await readFound(home)
  const known = found[signature]
  const why = known === undefined ? await tryOverlay(place, run) : known
  if (known === undefined)
    await writeFileWhole(fileOf(home), JSON.stringify({ ...found, [signature]: why }, null, 2))
  return why === null ? { work: true } : { work: false, why }
}

/** The same without trying: undefined until it was found out. Errors: those of the engine. */
export async function knownOverlays(home: Home, engine: Engine): Promise<Overlays | undefined> {
  const why = (await readFound(home))[await engineSignature(engine)]
  if (why === undefined) return undefined
  return why === null ? { work: true } : { work: false, why }
}

async function readFound(home: Home): Promise<z.infer<typeof Found>> {
  try {
    return Found.parse(JSON.parse(await readFile(fileOf(home), 'utf8')))
  } catch {
    return {}
  }
}

/** Mounts an overlay of two volumes and writes to it. Returns why that failed, or null. */
async function tryOverlay(place: EnginePlace, run: Signal): Promise<string | null> {
  const { engine, key } = place
  if ((await engineVersion(engine)).name === 'Podman')
    return 'Podman does not say who owns the files of a volume.'
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
    return shown ? null : 'It does not show what lies below.'
  } catch (error) {
    // What else fails says nothing of overlays.
    if (isProductError(error, 'engine-refused') || isProductError(error, 'data-not-shown')) return error.why
    throw error
  } finally {
    for (const volume of [whole, upper, lower]) await removeVolume(engine, volume).catch(() => {})
  }
}
