import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { type ProjectKey, VersionId } from '../../shared/ids.ts'

/** A managed volume: data of one project that survives every replacement of its environment. */
export interface ManagedVolume {
  /** Its name on the engine. */
  name: string
  /** Its path in a container. */
  target: string
  readOnly: boolean
}

/** What a new volume was filled from: a place in an image, by the engine. */
const FilledBy = z.object({ version: VersionId, image: z.string(), layers: z.string(), place: z.string() })
export type FilledBy = z.infer<typeof FilledBy>

/** A volume that already contains data; `filled` is undefined if its label does not have it. */
export interface ExistingVolume extends ManagedVolume {
  filled: FilledBy | undefined
}

/** The name of a project's volume on the engine. `source` is the name within the project. */
export function volumeName(project: ProjectKey, source: string): string {
  const slug = source.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  return `pristine-${project}-${slug || 'data'}`
}

/** A new, unique name on the engine for a part of the data: a layer, an overlay, a copy. */
export const newVolumeName = (project: ProjectKey): string =>
  `pristine-${project}-${randomBytes(6).toString('hex')}`

/** Whether a volume could be such a part of a project's data, current or in a snapshot. */
export const isPartName = (project: ProjectKey, name: string): boolean =>
  /^[0-9a-f]{12}$/.test(labelOf(project, { name }))

/** A volume's name within its project, as far as the engine's name shows it. */
export const labelOf = (project: ProjectKey, { name }: Pick<ManagedVolume, 'name'>): string =>
  name.replace(`pristine-${project}-`, '')

/** Reads a volume's label, which anybody may have written. Volumes of an older Pristine have none. */
export function readFilled(label: string | undefined): FilledBy | undefined {
  try {
    return FilledBy.parse(JSON.parse(label ?? ''))
  } catch {
    return undefined
  }
}
