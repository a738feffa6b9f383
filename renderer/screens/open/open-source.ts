import { readSource } from '../../../shared/source.ts'
import { client } from '../../client/client.ts'
import { arrive, clone } from '../../store/actions/clone.ts'
import type { OpenWanted } from '../../store/app/dialogs.ts'
import { settings } from '../../store/app/settings.ts'

/** The fields for a git URL, filled as far as it determines them; undefined for a folder. */
export function cloneFields({ source, destination, reference }: OpenWanted) {
  const read = readSource(source)
  if (read.kind !== 'clone') return undefined
  const folder = settings.getState().settings?.cloneFolder ?? '~'
  return {
    name: read.name,
    destination: destination ?? `${folder.replace(/[\\/]+$/, '')}/${read.name}`,
    reference: reference ?? read.reference ?? '',
  }
}

/**
 * Opens the folder that a person named and goes to it, or clones what is at the git URL. Opening only reads; nothing runs.
 * Errors: those of `projects.open` and `projects.clone`.
 */
export async function openSource(wanted: OpenWanted): Promise<void> {
  const fields = cloneFields(wanted)
  if (fields) {
    const { name, destination, reference } = fields
    await clone({ source: wanted.source.trim(), name, destination, reference: reference.trim() || null })
    return
  }
  const folder = wanted.source.trim().replace(/^(["'])(.*)\1$/, '$2')
  await arrive((await client.projects.open({ folder })).key)
}

/** Opens the sample, in a folder of the person's. Errors: those of `projects.openSample`. */
export const openSample = async (): Promise<void> => arrive((await client.projects.openSample()).key)
