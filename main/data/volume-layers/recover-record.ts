import * as z from 'zod/mini'
import type { Engine } from '../../docker/connection/connect.ts'
import { LABEL } from '../../docker/labels.ts'
import { usersOfVolume, type VolumeDetails } from '../../docker/volumes.ts'
import { type DataRecord, type DataState, Layer, type Stack } from './data-record.ts'
import { NO_RECORD } from './layered-volumes.ts'

const Label = z.object({
  layers: z.array(Layer),
  at: z.iso.datetime(),
  /** Absent on volumes of an older Pristine. */
  generation: z.optional(z.int()),
})

/** A volume that containers mount, as its labels describe it. */
export interface LabelledMount {
  /** The managed volume. */
  volume: string
  mount: string
  layers: Layer[]
  at: string
  generation?: number | undefined
  used: boolean
}

/**
 * A project's data as recorded. If the record is lost, it is recovered from the labels of the project's volumes, without
 * the snapshots.
 * Errors: those of the engine.
 */
export async function stateOf(
  engine: Engine,
  record: DataRecord | undefined,
  volumes: readonly VolumeDetails[],
): Promise<DataState> {
  if (record) {
    const { format: _, pending: __, ...state } = record
    return state
  }
  const found = await Promise.all(
    volumes.map(async ({ Name, Labels }): Promise<LabelledMount[]> => {
      const label = readLayersLabel(Labels?.[LABEL.layers])
      const volume = Labels?.[LABEL.part]
      if (!label || !volume) return []
      return [{ volume, mount: Name, ...label, used: (await usersOfVolume(engine, Name)).length > 0 }]
    }),
  )
  const mounts = found.flat()
  const generation = Math.max(0, ...mounts.map((one) => one.generation ?? 0))
  return { ...NO_RECORD, stacks: newestStacks(mounts), ...(generation > 0 && { generation }) }
}

/** For each managed volume, the mount that a container uses; if there is none or several, the newest. */
export function newestStacks(mounts: LabelledMount[]): Record<string, Stack> {
  const generationOf = ({ generation = 0 }: LabelledMount) => generation
  const order = mounts.toSorted(
    (a, b) =>
      Number(a.used) - Number(b.used) || generationOf(a) - generationOf(b) || a.at.localeCompare(b.at),
  )
  return Object.fromEntries(order.map(({ volume, mount, layers }) => [volume, { layers, mount }]))
}

/** Reads a volume's label, which anybody may have written. */
export function readLayersLabel(label: string | undefined): z.infer<typeof Label> | undefined {
  try {
    return Label.parse(JSON.parse(label ?? ''))
  } catch {
    return undefined
  }
}
