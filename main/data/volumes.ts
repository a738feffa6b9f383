import { productError } from '../../shared/errors.ts'
import type { ProjectKey } from '../../shared/ids.ts'
import type { Engine } from '../docker/connect.ts'
import { LABEL } from '../docker/labels.ts'
import { createVolume, inspectVolume, listVolumes, removeVolume } from '../docker/volumes.ts'

/** A managed volume: data of one project, kept through every replacement of its environment. */
export interface ManagedVolume {
  /** The engine's name of it. */
  name: string
  /** Where a container sees it. */
  target: string
  readOnly: boolean
}

/** The engine's name of a project's volume. `source` is the name within the project. */
export function volumeName(project: ProjectKey, source: string): string {
  const slug = source.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  return `pristine-${project}-${slug || 'data'}`
}

/**
 * Makes sure that a project's volumes exist and are its own. Returns the places of those that did not.
 * Errors: `volume-foreign`.
 */
export async function ensureVolumes(
  engine: Engine,
  project: ProjectKey,
  volumes: ManagedVolume[],
): Promise<string[]> {
  const made = await Promise.all(
    [...new Set(volumes.map((volume) => volume.name))].map(async (name) => {
      const found = await inspectVolume(engine, name)
      if (found && found.Labels?.[LABEL.project] !== project)
        throw productError('volume-foreign', { volume: name })
      if (!found) await createVolume(engine, name, { [LABEL.project]: project })
      return found ? [] : [name]
    }),
  )
  const names = made.flat()
  return volumes.filter(({ name }) => names.includes(name)).map(({ target }) => target)
}

/** Removes a project's volumes with their data, and returns their names. */
export async function removeVolumes(engine: Engine, project: ProjectKey): Promise<string[]> {
  const names = (await listVolumes(engine, [`${LABEL.project}=${project}`])).map((volume) => volume.Name)
  await Promise.all(names.map((name) => removeVolume(engine, name)))
  return names
}
