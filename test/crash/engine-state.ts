import { imageTags } from '../../main/docker/images.ts'
import { docker, isRunning, listImages } from '../engine/docker.ts'

/** One container of a project, whatever its role. */
export interface FoundContainer {
  id: string
  name: string
  role: string
  version: string
  /** What was made with it; its own name without services. */
  set: string
  service: string
  /** Whether a person works in it. */
  isEntry: boolean
  running: boolean
  /** It has ended, with 0. */
  complete: boolean
}

/** Every container that carries a project's key, first one that a person works in, but those that the engine is removing already. */
export async function containersOf(key: string): Promise<FoundContainer[]> {
  const found = await docker().listContainers({ all: true, filters: filter(key) })
  const stays = found.filter(({ State }) => State !== 'removing' && State !== 'dead')
  const all = await Promise.all(
    stays.map(async ({ Id, Names, Labels, State, Status }): Promise<FoundContainer> => {
      const name = Names[0] ?? Id
      const service = Labels['dev.pristine.service'] ?? ''
      const entry = Labels['dev.pristine.entry']
      return {
        id: Id,
        name,
        role: Labels['dev.pristine.role'] ?? '',
        version: Labels['dev.pristine.version'] ?? '',
        set: Labels['dev.pristine.set'] ?? name,
        service,
        isEntry: entry === undefined || entry === service,
        // An engine whose disk was full goes on listing as stopped what it has started.
        running: State === 'running' || (await isRunning(Id)),
        complete: State === 'exited' && Status.startsWith('Exited (0)'),
      }
    }),
  )
  return all.sort((a, b) => Number(b.isEntry) - Number(a.isEntry) || (a.service < b.service ? -1 : 1))
}

/** The names of a project's networks. */
export async function networksOf(key: string): Promise<string[]> {
  return (await docker().listNetworks({ filters: filter(key) })).map(({ Name }) => Name)
}

/** The tags of a project's images, each with its image's id. */
export async function tagsOf(key: string): Promise<Map<string, string>> {
  const repository = `pristine/${key}`
  const images = await listImages({ reference: [repository] })
  return new Map(
    images
      .flatMap((image) => imageTags(image).map((tag) => [tag, image.Id] as const))
      .filter(([tag]) => tag.startsWith(`${repository}:`))
      .sort(),
  )
}

/** Gives a project exactly these tags. */
export async function restoreTags(key: string, wanted: Map<string, string>): Promise<void> {
  const have = await tagsOf(key)
  for (const [tag, image] of wanted) {
    if (have.get(tag) === image) continue
    const colon = tag.lastIndexOf(':')
    await docker()
      .getImage(image)
      .tag({ repo: tag.slice(0, colon), tag: tag.slice(colon + 1) })
  }
  for (const tag of have.keys()) if (!wanted.has(tag)) await docker().getImage(tag).remove()
}

export async function removeContainers(containers: FoundContainer[]): Promise<void> {
  await Promise.all(
    containers.map(({ id }) => gone(docker().getContainer(id).remove({ force: true, v: true }))),
  )
}

export async function removeNetworks(key: string): Promise<void> {
  await Promise.all((await networksOf(key)).map((name) => gone(docker().getNetwork(name).remove())))
}

export async function removeVolumes(key: string): Promise<void> {
  const { Volumes } = await docker().listVolumes({ filters: filter(key) })
  await Promise.all((Volumes ?? []).map(({ Name }) => gone(docker().getVolume(Name).remove())))
}

/** Removes the images of a version that have no name: what a build leaves that ended before it gave one. */
export async function removeUnnamed(version: string): Promise<void> {
  const filters = { dangling: ['true'], label: [`dev.pristine.version=${version}`] }
  for (const { Id } of await listImages(filters)) await gone(docker().getImage(Id).remove())
}

const filter = (key: string): string => JSON.stringify({ label: [`dev.pristine.project=${key}`] })

/** What is gone, or is being removed, or is still needed by what is, stays so. */
async function gone(removal: Promise<unknown>): Promise<void> {
  await removal.catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error
  })
}
