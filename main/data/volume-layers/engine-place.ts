import { randomBytes } from 'node:crypto'
import { type Pack, pack } from 'tar-stream'
import { productError } from '../../../shared/errors.ts'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { createContainer, type MountSettings, removeContainer } from '../../docker/containers.ts'
import { copyInto } from '../../docker/copy-files.ts'
import { LABEL } from '../../docker/labels.ts'
import { inspectVolume } from '../../docker/volumes.ts'
import type { Layer } from './data-record.ts'

/** Where to work on a project's volumes. `image`: any image on the engine; nothing of it runs. */
export interface EnginePlace {
  engine: Engine
  key: ProjectKey
  image: string
}

export type Signal = { signal?: AbortSignal | undefined }

/** Provides work with a container that has volumes and never runs. It is removed afterwards, even after a crash. */
export async function withVolumes<T>(
  { engine, key, image }: EnginePlace,
  mounts: { volume: string; target: string; readOnly?: boolean }[],
  work: (container: string) => Promise<T>,
  run: Signal,
): Promise<T> {
  const name = `pristine-${key}-data-${randomBytes(3).toString('hex')}`
  const Mounts = mounts.map(({ volume, target, readOnly = false }): MountSettings => {
    const options = { VolumeOptions: { NoCopy: true } } as Pick<MountSettings, 'VolumeOptions'>
    return { Type: 'volume', Source: volume, Target: target, ReadOnly: readOnly, ...options }
  })
  const spec = {
    Image: image,
    // It never runs, but the engine requires a command, which an image may lack.
    Cmd: ['true'],
    Labels: { [LABEL.project]: key, [LABEL.role]: 'bake' },
    NetworkDisabled: true,
    HostConfig: { Mounts },
  }
  try {
    return await work(await createContainer(engine, name, spec, run))
  } finally {
    // Only the first failure is reported; the next command removes what stays.
    await removeContainer(engine, name).catch(() => {})
  }
}

/** Unpacks a small tar at the root of a container. */
export async function putTar(
  { engine }: EnginePlace,
  container: string,
  fill: (tar: Pack) => void,
  run: Signal,
): Promise<void> {
  const tar = pack()
  fill(tar)
  tar.finalize()
  await copyInto(engine, container, '/', tar, run)
}

/** The mount options of an overlay. Without `upper`, it is read-only. Errors: those of `placeOf`. */
export async function overlayOptions(
  engine: Engine,
  volume: string,
  layers: Layer[],
  upper?: string,
): Promise<Record<string, string>> {
  const lower = await Promise.all(layers.map((layer) => placeOf(engine, volume, layer)))
  const options = [
    // The topmost comes first: https://docs.kernel.org/filesystems/overlayfs.html#multiple-lower-layers
    `lowerdir=${lower.reverse().join(':')}`,
    // Folders of a lower layer can be renamed, as npm does; layers stay independent of those below them.
    ...['index=off', 'metacopy=off', 'redirect_dir=on'],
  ]
  if (upper !== undefined) {
    const above = await placeOf(engine, volume, { volume: upper, path: '' })
    options.push(`upperdir=${above}/data`, `workdir=${above}/work`)
  }
  return { type: 'overlay', device: 'overlay', o: options.join(',') }
}

/** Where the engine has a layer on its computer. Errors: `data-layers-missing`, `data-not-shown`. */
async function placeOf(engine: Engine, volume: string, layer: Layer): Promise<string> {
  const found = await inspectVolume(engine, layer.volume)
  if (!found) throw productError('data-layers-missing', { volume, missing: [layer.volume] })
  if (!/^\/[\w/.@+-]*$/.test(found.Mountpoint)) {
    const why = `the engine keeps volumes at ${found.Mountpoint}, which cannot be written as an option.`
    throw productError('data-not-shown', { volume, why })
  }
  return layer.path === '' ? found.Mountpoint : `${found.Mountpoint}/${layer.path}`
}
