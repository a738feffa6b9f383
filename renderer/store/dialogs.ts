import { createStore } from 'zustand/vanilla'
import type { ProjectKey } from '../../shared/ids.ts'

/** The dialog that is open, wherever in the app it was asked for. `to`: a version's name, else known-good. */
export type Dialog =
  | { kind: 'open'; source: string }
  | { kind: 'reset'; project: ProjectKey; to?: string }
  | { kind: 'forget'; project: ProjectKey }
  | { kind: 'shortcuts' }

export const dialogs = createStore<{ dialog: Dialog | undefined }>(() => ({ dialog: undefined }))

/** Opens a dialog in place of the one that is open. */
export const showDialog = (dialog: Dialog): void => dialogs.setState({ dialog })

export const closeDialog = (): void => dialogs.setState({ dialog: undefined })
