import { setTimeout as pause } from 'node:timers/promises'
import type { ImageInfo, ListImagesOptions } from 'dockerode'
import { isProductError } from '../../shared/errors.ts'
import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'
import { retryRefused } from './connection/retry-refused.ts'

interface ImageItem {
  Id: string
  Size: number
  SharedSize: number
}
interface VolumeItem {
  Name: string
  UsageData?: { Size: number; RefCount: number } | null
}

/**
 * The answer of the call, up to Docker 28, and with `verbose` since 29:
 * https://docs.docker.com/reference/api/engine/version/v1.52/#tag/System/operation/SystemDataUsage
 */
interface DiskUsageAnswer {
  Images?: ImageItem[] | null
  Volumes?: VolumeItem[] | null
  ImageUsage?: { Items?: ImageItem[] | null } | null
  VolumeUsage?: { Items?: VolumeItem[] | null } | null
}

/** An image of a list with manifests; only images in containerd's store have them. */
type ListedImage = Pick<ImageInfo, 'Id' | 'Manifests'>

/** What an image takes, in bytes: `own` is what removing it frees, `shared` its layers that other images have too. */
interface ImageSize {
  own: number
  shared: number
}

/** The size of a volume in bytes, and how many containers use it, running or not; null if the engine does not know. */
interface VolumeUsage {
  bytes: number | null
  containers: number | null
}

/**
 * What is on an engine: images by their ids, volumes by their names. No images where the classic builder keeps every
 * step as one, so that none has anything alone.
 */
export interface DiskUsage {
  images: Map<string, ImageSize>
  volumes: Map<string, VolumeUsage>
}

/** An engine refuses to measure twice at the same time. In milliseconds. */
const TAKEN = /already running/
const RETRY_INTERVAL = 250
const TIMEOUT = 30_000

/**
 * How an engine's disk is used. Undefined if it cannot be measured: the engine fails when an image disappears
 * meanwhile.
 */
export async function diskUsage(engine: Engine): Promise<DiskUsage | undefined> {
  try {
    const [answer, listed] = await Promise.all([
      retryRefused(() => inTurn(() => askUsage(engine))),
      engine.buildkit ? retryRefused(() => askImages(engine)) : [],
    ])
    return usageOf(answer, listed, engine.buildkit)
  } catch (error) {
    if (isProductError(error, 'engine-refused')) return undefined
    throw error
  }
}

/**
 * What the answers of an engine mean. An image is measured by its unpacked layers, in every store: containerd's also
 * keeps and counts the compressed layers, but of shared ones only the unpacked.
 */
export function usageOf(answer: DiskUsageAnswer, listed: ListedImage[], buildkit: boolean): DiskUsage {
  const unpacked = new Map(
    listed.flatMap(({ Id, Manifests }) => {
      const sizes = Manifests?.map(({ ImageData }) => ImageData?.Size.Unpacked ?? 0)
      return sizes ? [[Id, sizes.reduce((sum, size) => sum + size, 0)] as const] : []
    }),
  )
  const images = (buildkit && (answer.Images ?? answer.ImageUsage?.Items)) || []
  const volumes = answer.Volumes ?? answer.VolumeUsage?.Items ?? []
  return {
    images: new Map(
      images.map(({ Id, Size, SharedSize }) => {
        const whole = unpacked.get(Id) ?? Size
        const shared = Math.min(whole, Math.max(0, SharedSize))
        return [Id, { own: whole - shared, shared }]
      }),
    ),
    volumes: new Map(
      volumes.map(({ Name, UsageData }) => [
        Name,
        { bytes: known(UsageData?.Size), containers: known(UsageData?.RefCount) },
      ]),
    ),
  }
}

/** What volumes take together, in bytes; null if the engine does not know it of one of them. */
export const bytesOfVolumes = (usage: DiskUsage | undefined, volumes: string[]): number | null =>
  volumes.reduce<number | null>((sum, volume) => {
    const bytes = usage?.volumes.get(volume)?.bytes ?? null
    return sum === null || bytes === null ? null : sum + bytes
  }, 0)

/**
 * dockerode's own call takes no query: without `verbose` Docker 29 answers with sums only, and without `type`, known since
 * API 1.42, an engine also measures each container and each record of its build cache.
 */
function askUsage({ docker }: Engine): Promise<DiskUsageAnswer> {
  return call('measuring its disk', (abortSignal) => {
    const options = { verbose: true }
    const path = '/system/df?type=image&type=volume&'
    const request = { path, method: 'GET', options, abortSignal, statusCodes: { 200: true } }
    return new Promise((resolve, reject) => {
      docker.modem.dial(request, (error: unknown, answer: unknown) =>
        error ? reject(error) : resolve(answer as DiskUsageAnswer),
      )
    })
  })
}

function askImages({ docker }: Engine): Promise<ListedImage[]> {
  return call('listing the images', (abortSignal) =>
    docker.listImages({ manifests: true, abortSignal } as ListImagesOptions),
  )
}

async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += RETRY_INTERVAL) {
    try {
      return await ask()
    } catch (error) {
      if (!isProductError(error, 'engine-refused') || !TAKEN.test(error.why) || waited >= TIMEOUT) throw error
    }
    await pause(RETRY_INTERVAL)
  }
}

/** The engine reports -1 for an unknown value. */
const known = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)
