import type { DataState, Stack } from './data-record.ts'

/** The data of a project without a record. */
export const NO_RECORD: DataState = { stacks: {}, snapshots: [], unneeded: [] }

/** A managed volume that consists only of the engine volume of the same name. */
const single = (volume: string): Stack => ({ layers: [{ volume, path: '' }], mount: volume })

export const isSingle = (name: string, { layers, mount }: Stack): boolean =>
  mount === name && layers.length === 1 && layers[0]?.volume === name

/** The stack of a managed volume. A volume that is about to be removed is not used. */
export const stackOf = ({ stacks, unneeded }: DataState, volume: string): Stack =>
  stacks[volume] ?? (unneeded.includes(volume) ? { layers: [], mount: null } : single(volume))

/** Every engine volume that a state refers to. */
export function volumesOf({ stacks, snapshots }: DataState): Set<string> {
  const layers = [
    ...Object.values(stacks).flatMap((stack) => stack.layers),
    ...snapshots.flatMap(({ volumes }) => Object.values(volumes).flat()),
  ]
  const mounts = Object.values(stacks).flatMap(({ mount }) => (mount === null ? [] : [mount]))
  return new Set([...layers.map(({ volume }) => volume), ...mounts])
}

/** The state after another one. Volumes to which only the other one refers become unneeded. */
export function following(before: DataState, after: Omit<DataState, 'unneeded'>): DataState {
  const next: DataState = { ...after, unneeded: [] }
  const needed = volumesOf(next)
  const known = new Set([...before.unneeded, ...volumesOf(before)])
  return { ...next, unneeded: [...known].filter((volume) => !needed.has(volume)) }
}

/**
 * The state without a managed volume. Its data is also removed from the snapshots, and a snapshot without any other
 * volume is removed. `isShared`: an engine volume stays for another project, and must not be mistaken for this volume's
 * data.
 */
export function withoutVolume(state: DataState, volume: string, isShared = false): DataState {
  const { [volume]: _, ...others } = state.stacks
  const stacks: DataState['stacks'] = isShared ? { ...others, [volume]: { layers: [], mount: null } } : others
  const snapshots = state.snapshots.flatMap((snapshot) => {
    const { [volume]: doomed, ...volumes } = snapshot.volumes
    return doomed && Object.keys(volumes).length === 0 ? [] : [{ ...snapshot, volumes }]
  })
  return following(state, { ...state, stacks, snapshots })
}

/**
 * The state after all data is given up, with the `doomed` engine volumes still to be removed. The managed `volumes` start
 * empty, under other names on the engine, even while some of the doomed ones are left.
 */
export function withoutData(
  state: DataState,
  volumes: readonly string[],
  doomed: readonly string[],
): DataState {
  const names = [...new Set([...Object.keys(state.stacks), ...volumes])]
  return {
    stacks: Object.fromEntries(names.map((name): [string, Stack] => [name, { layers: [], mount: null }])),
    snapshots: [],
    unneeded: [...new Set([...state.unneeded, ...doomed])],
  }
}

/** The engine volumes that hold the data of a managed volume, including that of its snapshots. */
export function partsOf(state: DataState, volume: string): string[] {
  const parts = withoutVolume(state, volume).unneeded.filter((name) => !state.unneeded.includes(name))
  return parts.length > 0 ? parts : [volume]
}

/** The same without overlays, which hold no files of their own and are not measured by engines. */
export function layersOf(state: DataState, volume: string): string[] {
  const { layers, mount } = stackOf(state, volume)
  const isOverlay = (name: string) => name === mount && layers.every((layer) => layer.volume !== name)
  return partsOf(state, volume).filter((name) => !isOverlay(name))
}
