import { createStore } from 'zustand/vanilla'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { Settings, SettingsChange } from '../../../shared/settings.ts'
import { client } from '../../client/client.ts'
import { connection } from '../../client/connection.ts'
import type { ProductFailure } from '../../client/failure.ts'
import { notifyFailure } from './notices.ts'

/** What the person chose; undefined until it was read. `failure`: why it could not be read. */
export const settings = createStore<{ settings: Settings | undefined; failure: ProductFailure | undefined }>(
  () => ({ settings: undefined, failure: undefined }),
)

/** Whether a project's resets begin without a question, as the person chose; a selector of the store. */
export const resetsUnasked =
  (project: ProjectKey) =>
  ({ settings }: { settings: Settings | undefined }): boolean =>
    settings?.resetUnasked.includes(project) ?? false

/** Reads them whenever a connection begins. */
export function followSettings(): () => void {
  return connection.subscribe(({ state }, before) => {
    if (state !== 'online' || before.state === 'online') return
    void readSettings()
  })
}

/** Reads them. A failure is reported, and shown where they would be. */
export async function readSettings(): Promise<void> {
  try {
    settings.setState({ settings: await client.settings.get(), failure: undefined })
  } catch (error) {
    settings.setState({ failure: notifyFailure(error) })
  }
}

/** Changes some of them; what is not named stays. Errors: those of `settings.change`. */
export async function changeSettings(change: SettingsChange): Promise<void> {
  settings.setState({ settings: await client.settings.change(change) })
}

/** Fetches the person's dotfiles, or with null gives none any more. Errors: those of `settings.dotfiles`. */
export async function setDotfiles(
  dotfiles: Pick<NonNullable<Settings['dotfiles']>, 'source' | 'install'> | null,
): Promise<void> {
  settings.setState({ settings: await client.settings.dotfiles({ dotfiles }) })
}
