import path from 'node:path'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { VersionId } from '../../../shared/ids.ts'
import type { Run } from '../../../shared/operation.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import { createRequest } from '../../container/launch/create-request.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import {
  describeHidden,
  differences,
  type FolderContent,
  type HiddenContent,
  readFolderTar,
} from '../../data/folder-content.ts'
import { type ExistingVolume, type FilledBy, labelOf } from '../../data/volumes.ts'
import { isBelow } from '../../data/workspace-mount.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { reasonOf } from '../../docker/connection/engine-call.ts'
import { copyFrom } from '../../docker/copy-files.ts'
import { inspectImage, layersOf } from '../../docker/images.ts'
import { holdsPath } from '../../docker/path-stat.ts'
import { isNoise } from '../../drift/paths.ts'
import { type History, idToday } from '../../history/fold-ledger.ts'
import { type ImageFolders, openImageFolders } from '../image/image-folders.ts'

/** In milliseconds: a warning is not worth waiting longer for. */
const DEADLINE = 60_000
/** At most this many files that differ between two images are looked up in the volume. */
const MOST_COMPARED = 50

/** What a version starts with, and what ran before. */
interface Start {
  engine: Engine
  /** The project's data folder. */
  folder: string
  /** The launch of the service that a person works in. */
  launch: Launch
  history: History
  /** The environment that runs until the swap; first the container that a person works in. */
  blue: readonly EnvironmentContainer[]
}

/** Volumes of a service that already hold data, at the places where it mounts them. */
export interface KeptVolumes {
  launch: Launch
  volumes: ExistingVolume[]
}

/** A comparison that runs while the environment starts. */
export interface Comparison extends AsyncDisposable {
  /**
   * Waits for the comparison, and reports which content of the version the volumes of new containers hide. Errors:
   * `cancelled`.
   */
  report(members: readonly { launch: Launch; id: string }[]): Promise<void>
}

/** A volume that another image filled, and the paths at its place that differ between the two images. */
interface Suspect {
  launch: Launch
  volume: ExistingVolume
  filledBy: VersionId
  differing: HiddenContent
  now: FolderContent
}

/**
 * Compares the content of a version's images at the places of volumes that already hold data with the images that filled
 * these volumes. Reads nothing if both images have the same layers; otherwise reads each image once.
 */
export function compareVolumes(start: Start, kept: readonly KeptVolumes[], run: Run): Comparison {
  const { engine, launch, history } = start
  const ended = new AbortController()
  const signal = AbortSignal.any([run.signal, ended.signal, AbortSignal.timeout(DEADLINE)])
  const comparison = compare(start, kept, { signal })
  // It is reported below if anything still waits for it.
  comparison.catch(() => {})
  const ordinalOf = (id: VersionId) =>
    history.versions.find((version) => version.id === idToday(history, id))?.ordinal
  return {
    report: async (members) => {
      for (const suspect of await comparison) {
        const { volume, filledBy } = suspect
        const container = members.find((one) => one.launch === suspect.launch)
        if (!container) continue
        const hidden = await hiddenBy(engine, container.id, suspect, { signal })
        if (run.signal.aborted) throw productError('cancelled', {})
        if ('paths' in hidden && hidden.paths.length === 0) continue
        const { key } = launch.parts.project
        const place = { label: labelOf(key, volume), target: volume.target }
        const versions = { starts: ordinalOf(launch.parts.version), filled: ordinalOf(filledBy) }
        run.report({ kind: 'warning', text: describeHidden(place, versions, hidden) })
      }
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort()
      await comparison.catch(() => {})
    },
  }
}

async function compare(
  start: Start,
  kept: readonly KeptVolumes[],
  run: { signal: AbortSignal },
): Promise<Suspect[]> {
  const others = (await Promise.all(kept.map((one) => filledByOthers(start, one)))).flat()
  if (others.length === 0) return []
  const places = openImageFolders(start.engine, start.launch.parts.project.key, start.folder, run)
  try {
    const suspects: Suspect[] = []
    for (const { launch, volume, by } of others) {
      const { image } = launch.parts
      const now = { id: image.Id, layers: layersOf(image) }
      const { content, differing } = await differencesAt(places, now, volume, by)
      const mounts = createRequest(launch.parts, []).HostConfig?.Mounts ?? []
      const own = mounts.map(({ Target }) => Target).filter((at) => at !== volume.target)
      const counts = (at: string) => isCounted(volume.target, at, own)
      suspects.push({
        launch,
        volume,
        filledBy: by.version,
        differing: 'paths' in differing ? { paths: differing.paths.filter(counts) } : differing,
        now: content,
      })
    }
    return suspects
  } finally {
    await places.close()
  }
}

/** The volumes of a service that an image with other layers filled than its own, each with what filled it. */
async function filledByOthers(
  { engine, launch: entry, blue }: Start,
  { launch, volumes }: KeptVolumes,
): Promise<{ launch: Launch; volume: ExistingVolume; by: FilledBy }[]> {
  const layers = layersOf(launch.parts.image)
  const before = launch === entry ? blue[0] : blue.find(({ service }) => service === launch.service)
  const filled = await Promise.all(
    volumes.map((volume) => volume.filled ?? filledBefore(engine, volume, before)),
  )
  return volumes.flatMap((volume, at) => {
    const by = filled[at]
    return by && by.layers !== layers ? [{ launch, volume, by }] : []
  })
}

/** For a volume that an older Pristine created, only the environment shows which version used it. */
async function filledBefore(
  engine: Engine,
  { target }: ExistingVolume,
  blue: EnvironmentContainer | undefined,
): Promise<FilledBy | undefined> {
  const image = blue?.mounts.includes(target) ? await inspectImage(engine, blue.image) : undefined
  return blue && image && { version: blue.version, image: image.Id, layers: layersOf(image), place: target }
}

async function differencesAt(
  places: ImageFolders,
  now: { id: string; layers: string },
  { target }: ExistingVolume,
  by: FilledBy,
): Promise<{ content: FolderContent; differing: HiddenContent }> {
  let content: FolderContent = {}
  try {
    content = (await places.read(now, target)) ?? {}
    const then = await places.read({ id: by.image, layers: by.layers }, by.place)
    if (then) return { content, differing: { paths: differences(then, content) } }
    const isEmpty = Object.keys(content).length === 0
    return { content, differing: isEmpty ? { paths: [] } : { problem: 'its image is gone' } }
  } catch (error) {
    return { content, differing: { problem: problemOf(error) } }
  }
}

const problemOf = (error: unknown): string =>
  isProductError(error, 'cancelled') ? `it took more than ${DEADLINE / 1000} s` : reasonOf(error)

/** Whether a path below a volume's mount point belongs to the volume, and is not noise. */
function isCounted(target: string, at: string, others: string[]): boolean {
  const whole = path.posix.join(target, at)
  return (
    !others.some((other) => isBelow(other, target) && isBelow(whole, other)) &&
    (isNoise(target) || !isNoise(whole))
  )
}

/** The paths at which the volume differs from the version; a person may have updated the others. */
async function hiddenBy(
  engine: Engine,
  container: string,
  { volume, differing, now }: Suspect,
  run: { signal: AbortSignal },
): Promise<HiddenContent> {
  if ('problem' in differing || differing.paths.length > MOST_COMPARED) return differing
  const read = async (at: string): Promise<string | undefined> => {
    const file = path.posix.join(volume.target, at)
    if (!(await holdsPath(engine, container, file, run))) return undefined
    return (await readFolderTar(await copyFrom(engine, container, file, run)))['']
  }
  try {
    const states = await Promise.all(differing.paths.map(read))
    return { paths: differing.paths.filter((at, index) => states[index] !== now[at]) }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}
