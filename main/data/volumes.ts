import * as z from 'zod/mini'
import { productError } from '../../shared/errors.ts'
import { type ProjectKey, VersionId } from '../../shared/ids.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { LABEL } from '../docker/labels.ts'
import { listVolumes, removeVolume, usersOfVolume } from '../docker/volumes.ts'

/** A managed volume: data of one project, which survives every replacement of its environment. */
export interface ManagedVolume {
  /** The engine's name of it. */
  name: string
  /** Where a container sees it. */
  target: string
  readOnly: boolean
}

/** What a volume was filled from when it was made: that place of an image, by the engine. */
const FilledBy = z.object({ version: VersionId, image: z.string(), layers: z.string(), place: z.string() })
export type FilledBy = z.infer<typeof FilledBy>

/** A volume that already contains data; `filled` is undefined if its label does not say. */
export interface ExistingVolume extends ManagedVolume {
  filled: FilledBy | undefined
}

/** The engine's name of a project's volume. `source` is the name within the project. */
export function volumeName(project: ProjectKey, source: string): string {
  const slug = source.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  return `pristine-${project}-${slug || 'data'}`
}

/** A volume's name within its project, as far as the engine's name shows it. */
export const labelOf = (project: ProjectKey, { name }: Pick<ManagedVolume, 'name'>): string =>
  name.replace(`pristine-${project}-`, '')

/** What a volume's label says; anybody can write one, and volumes of an older Pristine have none. */
export function readFilled(label: string | undefined): FilledBy | undefined {
  try {
    return FilledBy.parse(JSON.parse(label ?? ''))
  } catch {
    return undefined
  }
}

/**
 * Refuses to go on where one of a project's volumes is used by a container that is not the project's. Errors:
 * `volume-in-use`, those of the engine.
 */
export async function requireUnusedByOthers(engine: Engine, project: ProjectKey): Promise<void> {
  for (const { Name: volume } of await listVolumes(engine, [`${LABEL.project}=${project}`])) {
    const users = await usersOfVolume(engine, volume)
    const others = users.filter(({ Labels }) => Labels[LABEL.project] !== project)
    const containers = others.map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''))
    if (containers.length > 0) throw productError('volume-in-use', { volume, containers })
  }
}

/** Removes a project's volumes with their data, and returns their names. */
export async function removeVolumes(engine: Engine, project: ProjectKey): Promise<string[]> {
  const names = (await listVolumes(engine, [`${LABEL.project}=${project}`])).map((volume) => volume.Name)
  await Promise.all(names.map((name) => removeVolume(engine, name)))
  return names
}
