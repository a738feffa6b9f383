import type { ContainerSpec, MountSettings } from '../../docker/containers.ts'
import type { Stack } from './data-record.ts'

/** Where a container has the layers of its data, for reading. */
const LAYERS_TARGET = '/run/pristine-data'

/** The engine copies nothing of the image into data that is there. */
const NO_COPY = { VolumeOptions: { NoCopy: true } } as Pick<MountSettings, 'VolumeOptions'>

/**
 * The mounts of a container with the engine volumes in place of the managed ones. The container also mounts the layers of
 * each read-only, so that the engine knows that they are in use, and neither it nor a person removes them.
 */
export function resolveMounts(
  mounts: MountSettings[],
  stacks: ReadonlyMap<string, Stack & { fill: boolean }>,
): MountSettings[] {
  const below = new Set<string>()
  const resolved = mounts.map((mount): MountSettings => {
    const stack = mount.Type === 'volume' ? stacks.get(mount.Source) : undefined
    if (!stack?.mount) return mount
    for (const { volume } of stack.layers) if (volume !== stack.mount) below.add(volume)
    return { ...mount, Source: stack.mount, ...(!stack.fill && NO_COPY) }
  })
  const kept = [...below].map((Source, at): MountSettings => {
    const target = { Target: `${LAYERS_TARGET}/${at}`, ReadOnly: true }
    return { Type: 'volume', Source, ...target, ...NO_COPY }
  })
  return [...resolved, ...kept]
}

/** A request without the read-only mounts of layers. `layers`: the recorded ones. */
export function withoutLayers(spec: ContainerSpec, layers: ReadonlySet<string>): ContainerSpec {
  const mounts = spec.HostConfig?.Mounts
  if (!mounts || layers.size === 0) return spec
  const isLayer = ({ Type, Source, Target, ReadOnly }: MountSettings) =>
    Type === 'volume' && ReadOnly === true && layers.has(Source) && Target.startsWith(`${LAYERS_TARGET}/`)
  return { ...spec, HostConfig: { ...spec.HostConfig, Mounts: mounts.filter((mount) => !isLayer(mount)) } }
}
