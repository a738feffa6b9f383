import { desktop } from '../../client/client.ts'

/** Opens an address in the person's browser. Errors: those of the desktop shell. */
export async function openOutside(url: string): Promise<void> {
  if (desktop) await desktop.openExternal({ url })
  else window.open(url, '_blank', 'noopener')
}
