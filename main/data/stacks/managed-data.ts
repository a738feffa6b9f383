import type { ProjectKey } from '../../../shared/ids.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { listVolumes } from '../../docker/volumes.ts'
import type { DataState } from './data-record.ts'

/** The names of a project's managed volumes that hold data: those of layers, and single volumes. */
export async function managedData(engine: Engine, key: ProjectKey, state: DataState): Promise<string[]> {
  const listed = await listVolumes(engine, [`${LABEL.project}=${key}`])
  const single = listed.flatMap(({ Name, Labels }) => (Labels[LABEL.part] === undefined ? [Name] : []))
  const stacked = Object.entries(state.stacks).flatMap(([name, { layers }]) =>
    layers.length > 0 ? [name] : [],
  )
  // A single volume that became a layer, or was emptied, is one of the others.
  return [...new Set([...stacked, ...single.filter((name) => !Object.hasOwn(state.stacks, name))])].sort()
}
