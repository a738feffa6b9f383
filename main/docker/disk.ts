import { isProductError } from '../../shared/errors.ts'
import { call } from './call.ts'
import type { Engine } from './connect.ts'
import { steady } from './steady.ts'

interface DiskUsage {
  Images?: { Id: string; Size: number; SharedSize: number }[] | null
}

/** dockerode's types do not know that it takes options here. */
type Measuring = { df(options: { abortSignal: AbortSignal }): Promise<DiskUsage> }

/**
 * What removing an image frees: its layers that no other image has, in bytes, by image id. Undefined when the engine
 * cannot tell: it fails when an image goes while it counts.
 */
export async function uniqueSizes(engine: Engine): Promise<Map<string, number> | undefined> {
  const ask = () =>
    call('measuring the images', (abortSignal) => (engine.docker as unknown as Measuring).df({ abortSignal }))
  try {
    const { Images } = await steady(ask)
    return new Map(
      (Images ?? []).map(({ Id, Size, SharedSize }) => [Id, Math.max(0, Size - Math.max(0, SharedSize))]),
    )
  } catch (error) {
    if (isProductError(error, 'engine-refused')) return undefined
    throw error
  }
}
