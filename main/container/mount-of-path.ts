import type { FilePlace } from '../../shared/file.ts'
import { isBelow } from '../data/workspace-mount.ts'
import type { ContainerDetails } from '../docker/containers.ts'

/** Where a container has something else than its own file system, by the absolute path inside. */
export type MountPlaces = ReadonlyMap<string, FilePlace>

/** What the kernel shows, and the devices and memory that an engine puts beside it. */
const KERNEL: [string, FilePlace][] = [
  ['/proc', 'kernel'],
  ['/sys', 'kernel'],
  ['/dev', 'kernel'],
]

/** Where the mounts of a container are. */
export function mountPlaces({
  Mounts,
  HostConfig,
}: Pick<ContainerDetails, 'Mounts' | 'HostConfig'>): MountPlaces {
  const memory = Object.keys(HostConfig.Tmpfs ?? {}).map((target): [string, FilePlace] => [target, 'memory'])
  const mounts = Mounts.map(({ Type, Destination }): [string, FilePlace] => [
    Destination,
    Type === 'volume' ? 'volume' : Type === 'tmpfs' ? 'memory' : 'host',
  ])
  return new Map([...KERNEL, ...memory, ...mounts])
}

/** Where an absolute path lies: by the innermost mount that it is in. */
export function placeOf(path: string, mounts: MountPlaces): FilePlace {
  let innermost: [string, FilePlace] = ['', 'container']
  for (const mount of mounts) {
    if (mount[0].length > innermost[0].length && isBelow(path, mount[0])) innermost = mount
  }
  return innermost[1]
}
