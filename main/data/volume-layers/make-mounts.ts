import type { Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import { canonical } from '../../../shared/canonical.ts'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { reasonOf } from '../../docker/connection/engine-call.ts'
import { copyFrom, copyInto } from '../../docker/copy-files.ts'
import { LABEL } from '../../docker/labels.ts'
import { createVolume, inspectVolume } from '../../docker/volumes.ts'
import type { Home } from '../../store/home.ts'
import { countBytes } from '../count-bytes.ts'
import type { Layer } from './data-record.ts'
import { type EnginePlace, overlayOptions, putTar, type Signal, withVolumes } from './engine-place.ts'
import type { NewMount } from './plan-mount.ts'

/** What is created for a managed volume. `filled`: the label that says what first filled its data. */
export interface Making {
  volume: string
  make: NewMount
  filled: string | undefined
}

type Overlay = Extract<NewMount, { kind: 'overlay' }>
type Copy = Extract<NewMount, { kind: 'copy' }>

/**
 * Creates the volumes for new mounts, which carry a generation. Copies are still empty. Errors: those of the engine,
 * `data-…`.
 */
export async function makeMounts(
  place: EnginePlace & { home: Home },
  makings: Making[],
  generation: number,
  run: Signal,
): Promise<void> {
  const { engine, key, home } = place
  const labelsOf = ({ volume, make, filled }: Making, layers?: Layer[]) => ({
    [LABEL.project]: key,
    [LABEL.home]: home.root,
    ...(make.kind !== 'single' && { [LABEL.part]: volume }),
    ...(filled !== undefined && { [LABEL.filled]: filled }),
    ...(layers && { [LABEL.layers]: canonical({ layers, at: new Date().toISOString(), generation }) }),
  })
  for (const making of makings) {
    const { make } = making
    if (make.kind === 'single') await createVolume(engine, make.volume, labelsOf(making))
    else if (make.kind === 'overlay') await createVolume(engine, make.layer, labelsOf(making))
    else await createVolume(engine, make.volume, labelsOf(making, [{ volume: make.volume, path: '' }]))
  }
  const overlays = makings.flatMap((making) =>
    making.make.kind === 'overlay' ? [{ making, make: making.make }] : [],
  )
  if (overlays.length > 0)
    await makeFolders(
      place,
      overlays.map(({ make }) => make),
      run,
    )
  for (const { making, make } of overlays) {
    const options = await overlayOptions(engine, making.volume, make.below, make.layer)
    const layers: Layer[] = [...make.below, { volume: make.layer, path: 'data' }]
    await createVolume(engine, make.mount, labelsOf(making, layers), options)
  }
}

/**
 * Creates the folders of new layers. A mounted overlay has the mode and owner of its topmost folder, so that folder gets
 * those of the layer below.
 */
async function makeFolders(place: EnginePlace, overlays: Overlay[], run: Signal): Promise<void> {
  const mounts = overlays.flatMap(({ layer, below }, at) => [
    { volume: layer, target: `/new/${at}` },
    { volume: below.at(-1)?.volume ?? '', target: `/below/${at}`, readOnly: true },
  ])
  const made = async (container: string) => {
    const heads: Header[] = []
    for (const [at, { below }] of overlays.entries())
      heads.push(await headOf(place, container, pathOf(`/below/${at}`, below.at(-1)), run))
    await putTar(
      place,
      container,
      (tar) => {
        for (const [at, { mode, uid, gid, mtime }] of heads.entries()) {
          tar.entry({ name: `new/${at}/data`, type: 'directory', ...{ mode, uid, gid, mtime } })
          tar.entry({ name: `new/${at}/work`, type: 'directory', mode: 0o700 })
        }
      },
      run,
    )
  }
  await withVolumes(place, mounts, made, run)
}

const pathOf = (target: string, layer: Layer | undefined): string =>
  layer?.path ? `${target}/${layer.path}` : target

/** Mode and owner of a folder of a container. */
async function headOf(place: EnginePlace, container: string, folder: string, run: Signal): Promise<Header> {
  const tar = await copyFrom(place.engine, container, folder, run)
  const entries = extract()
  // The stream is ended early.
  tar.on('error', () => {})
  tar.pipe(entries)
  try {
    for await (const entry of entries) return entry.header
    throw productError('engine-refused', { while: `reading ${folder}`, problem: 'it sent nothing' })
  } finally {
    tar.unpipe(entries)
    tar.destroy()
  }
}

/**
 * Copies the data into new volumes, with owners, links and times. Nothing may write to the sources meanwhile.
 * Errors: `data-not-copied`, `disk-full`, `cancelled`, `engine-unreachable`.
 */
export async function fillCopies(place: EnginePlace, makings: Making[], run: Run): Promise<void> {
  for (const { volume, make } of makings) {
    if (make.kind !== 'copy') continue
    const name = `Copy the data of ${volume.replace(`pristine-${place.key}-`, '')}`
    const step = { kind: 'step', id: `copy ${volume}`, name, phase: 'data', subject: volume } as const
    run.report({ ...step, state: 'running' })
    try {
      const bytes = await copyLayers(place, volume, make, run, (done) =>
        run.report({ ...step, state: 'running', done }),
      )
      run.report({ ...step, state: 'done', done: bytes, total: bytes })
    } catch (error) {
      run.report({ ...step, state: 'failed' })
      if (isProductError(error) && error.code !== 'engine-refused') throw error
      throw productError('data-not-copied', { volume, problem: reasonOf(error) }, { cause: error })
    }
  }
}

async function copyLayers(
  place: EnginePlace,
  volume: string,
  { from, shown, volume: to }: Copy,
  run: Signal,
  report: (done: number) => void,
): Promise<number> {
  let bytes = 0
  const count = (done: number) => {
    bytes = done
    report(done)
  }
  await readLayers(place, { volume, layers: from, shown }, run, (tar, root) =>
    // Both have the same name, so the output of one can be written unchanged into the other.
    withVolumes(
      place,
      [{ volume: to, target: `/${root}` }],
      (writes) => copyInto(place.engine, writes, '/', countBytes(tar, count), run),
      run,
    ),
  )
  return bytes
}

/**
 * Returns the content of layers that nothing writes to as a tar whose names begin with `root`. Several layers are mounted
 * as an overlay, which is created as the volume `shown`. Errors: `data-layers-missing`, `data-not-shown`, those of the
 * engine.
 */
export async function readLayers(
  place: EnginePlace,
  { volume, layers, shown }: { volume: string; layers: Layer[]; shown?: string | undefined },
  run: Signal,
  use: (tar: Readable, root: string) => Promise<void>,
): Promise<void> {
  const { engine, key } = place
  const [only] = layers
  if (shown !== undefined) {
    const labels = { [LABEL.project]: key, [LABEL.part]: volume }
    await createVolume(engine, shown, labels, await overlayOptions(engine, volume, layers))
  } else if (!only || !(await inspectVolume(engine, only.volume)))
    throw productError('data-layers-missing', { volume, missing: only ? [only.volume] : [] })
  const source = { volume: shown ?? only?.volume ?? '', target: '/copied', readOnly: true }
  const [above, root] = shown === undefined && only?.path ? ['/copied/', only.path] : ['/', 'copied']
  await withVolumes(
    place,
    [source],
    async (reads) => use(await copyFrom(engine, reads, `${above}${root}`, run), root),
    run,
  )
}
