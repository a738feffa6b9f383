import { isProductError } from '../../shared/errors.ts'
import { call } from './call.ts'
import type { Engine } from './connect.ts'
import { steady } from './steady.ts'

interface DiskUsage {
  Images?: { Id: string; Size: number; SharedSize: number }[] | null
}

/** dockerode's types do not know that it takes options here. */
type Measuring = { df(options: { abortSignal: AbortSignal }): Promise<DiskUsage> }

/** What an image takes, in bytes: `own` is what removing it frees, `shared` its layers that other images have too. */
export interface ImageSize {
  own: number
  shared: number
}

/**
 * What images take, by their ids. Undefined when the engine cannot tell: it fails when an image goes while it counts; and
 * the classic builder keeps every step as an image, so that none has anything alone.
 */
export async function imageSizes(engine: Engine): Promise<Map<string, ImageSize> | undefined> {
  if (!engine.buildkit) return undefined
  const ask = () =>
    call('measuring the images', (abortSignal) => (engine.docker as unknown as Measuring).df({ abortSignal }))
  try {
    const { Images } = await steady(ask)
    return new Map(
      (Images ?? []).map(({ Id, Size, SharedSize }) => {
        const shared = Math.min(Size, Math.max(0, SharedSize))
        return [Id, { own: Size - shared, shared }]
      }),
    )
  } catch (error) {
    if (isProductError(error, 'engine-refused')) return undefined
    throw error
  }
}
