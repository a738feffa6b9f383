import { isProductError } from '../../../shared/errors.ts'
import type { DataState } from '../../data/volume-layers/data-record.ts'
import { layersOf, partsOf, volumesOf } from '../../data/volume-layers/layered-volumes.ts'
import { LABEL } from '../../docker/labels.ts'
import type { VolumeDetails } from '../../docker/volumes.ts'

/** A managed volume, and the engine volumes that hold its data and the data of its snapshots. */
export interface RemovableVolumes {
  name: string
  parts: string[]
  /** The volumes that exist on the engine and hold files. */
  layers: string[]
}

/** A project's managed volumes that have something on the engine. `volumes` are all engine volumes of the project. */
export function keptData(state: DataState, volumes: VolumeDetails[]): RemovableVolumes[] {
  const there = new Set(volumes.map(({ Name }) => Name))
  const recorded = volumesOf(state)
  const single = volumes.filter(
    ({ Name, Labels }) => Labels?.[LABEL.part] === undefined && !recorded.has(Name),
  )
  const names = [
    ...Object.keys(state.stacks),
    ...state.snapshots.flatMap((snapshot) => Object.keys(snapshot.volumes)),
    ...single.map(({ Name }) => Name),
  ]
  return [...new Set(names)]
    .map((name) => ({
      name,
      parts: partsOf(state, name),
      layers: layersOf(state, name).filter((layer) => there.has(layer)),
    }))
    .filter(({ parts }) => parts.some((part) => there.has(part)))
}

/** Then only a volume without the label of a part can be removed. */
export function unreadableData(error: unknown): undefined {
  if (!isProductError(error, 'data-record-unreadable')) throw error
}
