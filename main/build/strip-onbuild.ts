import { randomBytes } from 'node:crypto'
import type { ProjectKey, VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import { commitContainer, type ImageConfig } from '../docker/build/commit-container.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { createContainer, removeContainer } from '../docker/containers.ts'
import { type ImageDetails, removeTag, tagImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { buildingName } from '../history/image-names.ts'

/** What is built: `service` is one of the further services of the version. */
interface BuiltImage {
  key: ProjectKey
  version: VersionId
  service?: string | undefined
}

/**
 * Runs a build with copies of the base images that have no triggers: the builder would run an image's triggers by
 * itself, in a context with Pristine's own files beside the project's. Their instructions are part of the text that is
 * sent. `work` is given the names to be used, by reference; they are gone afterwards.
 * Errors: `engine-refused`, those of the work.
 */
export async function stripOnbuild<T>(
  engine: Engine,
  built: BuiltImage,
  bases: ReadonlyMap<string, ImageDetails>,
  run: Run,
  work: (names: Record<string, string>) => Promise<T>,
): Promise<T> {
  const names: Record<string, string> = {}
  try {
    for (const [reference, image] of bases) {
      const base = Object.keys(names).length + 1
      const name = buildingName(built.key, built.version, { service: built.service, base })
      const [repository = '', tag = ''] = name.split(':')
      await tagImage(engine, await copyOf(engine, built.key, image, run), repository, tag)
      // In full, as the builder prints it.
      names[reference] = `docker.io/${name}`
    }
    return await work(names)
  } finally {
    // What is left is known by its name, and removed before the next build.
    for (const name of Object.values(names)) await removeTag(engine, name).catch(() => false)
  }
}

/** The same image, without its triggers: committed from a container that never runs. */
async function copyOf(engine: Engine, key: ProjectKey, image: ImageDetails, run: Run): Promise<string> {
  const labels = { [LABEL.project]: key, [LABEL.role]: 'bake' }
  const name = `pristine-${key}-bake-${randomBytes(3).toString('hex')}`
  // A container has to have a command; with an entry point of its own, it takes none of the image's.
  const spec = { Image: image.Id, Entrypoint: ['/none'], Cmd: [], Labels: labels }
  try {
    const id = await createContainer(engine, name, spec, run)
    const config: ImageConfig & { OnBuild: string[] } = {
      ...image.Config,
      // Absent ones would be the container's.
      Entrypoint: image.Config.Entrypoint ?? [],
      Labels: { ...image.Config.Labels, [LABEL.role]: 'version', [LABEL.project]: '' },
      OnBuild: [],
    }
    return await commitContainer(engine, id, config, run)
  } finally {
    await removeContainer(engine, name).catch(() => {})
  }
}
