import { setTimeout as pause } from 'node:timers/promises'
import { isProductError } from '../../shared/errors.ts'
import { call } from './call.ts'
import type { Engine } from './connect.ts'
import { steady } from './steady.ts'

interface DiskUsageAnswer {
  Images?: { Id: string; Size: number; SharedSize: number }[] | null
  Volumes?: { Name: string; UsageData?: { Size: number; RefCount: number } | null }[] | null
}

/** dockerode's types do not know that it takes options here. */
type Measuring = { df(options: { abortSignal: AbortSignal }): Promise<DiskUsageAnswer> }

/** What an image takes, in bytes: `own` is what removing it frees, `shared` its layers that other images have too. */
interface ImageSize {
  own: number
  shared: number
}

/** What a volume takes, in bytes, and how many containers have it, running or not; null where the engine cannot tell. */
interface VolumeUsage {
  bytes: number | null
  containers: number | null
}

/**
 * What is on an engine: images by their ids, volumes by their names. No images where the classic builder keeps every
 * step as one, so that none has anything alone.
 */
interface DiskUsage {
  images: Map<string, ImageSize>
  volumes: Map<string, VolumeUsage>
}

/** An engine refuses to measure twice at the same time, whoever asks. In milliseconds. */
const TAKEN = /already running/
const AGAIN = 250
const PATIENCE = 30_000

/** How an engine's disk is used. Undefined when it cannot tell: it fails when an image goes while it counts. */
export async function diskUsage(engine: Engine): Promise<DiskUsage | undefined> {
  const ask = () =>
    call('measuring its disk', (abortSignal) => (engine.docker as unknown as Measuring).df({ abortSignal }))
  try {
    const { Images, Volumes } = await steady(() => inTurn(ask))
    return {
      images: new Map(
        (engine.buildkit ? (Images ?? []) : []).map(({ Id, Size, SharedSize }) => {
          const shared = Math.min(Size, Math.max(0, SharedSize))
          return [Id, { own: Size - shared, shared }]
        }),
      ),
      volumes: new Map(
        (Volumes ?? []).map(({ Name, UsageData }) => [
          Name,
          { bytes: known(UsageData?.Size), containers: known(UsageData?.RefCount) },
        ]),
      ),
    }
  } catch (error) {
    if (isProductError(error, 'engine-refused')) return undefined
    throw error
  }
}

async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += AGAIN) {
    try {
      return await ask()
    } catch (error) {
      if (!isProductError(error, 'engine-refused') || !TAKEN.test(error.why) || waited >= PATIENCE)
        throw error
    }
    await pause(AGAIN)
  }
}

/** The engine says -1 for what it does not know. */
const known = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)
