import { createStore } from 'zustand/vanilla'
import type { Settings, SettingsChange } from '../../shared/settings.ts'
import { client } from '../client/client.ts'

/** What the person chose; undefined until it was read. */
export const settings = createStore<{ settings: Settings | undefined }>(() => ({ settings: undefined }))

/** Reads them, anew after a reconnect. Errors: those of `settings.get`. */
export async function readSettings(): Promise<void> {
  settings.setState({ settings: await client.settings.get() })
}

/** Changes some of them; what is not named stays. Errors: those of `settings.change`. */
export async function changeSettings(change: SettingsChange): Promise<void> {
  settings.setState({ settings: await client.settings.change(change) })
}
