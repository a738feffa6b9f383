import type { desktop } from '../../client/client.ts'
import { follow } from '../../client/follow.ts'
import { showDialog } from './dialogs.ts'

/** Puts what the operating system asks to open into the dialog, where the person confirms it. */
export function followLinks(shell: NonNullable<typeof desktop>): () => void {
  return follow((signal) => shell.links(undefined, { signal }), {
    event: ({ source, ref }) => showDialog({ kind: 'open', source, ...(ref !== null && { reference: ref }) }),
  })
}
