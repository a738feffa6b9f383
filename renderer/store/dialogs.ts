import { createStore } from 'zustand/vanilla'
import type { OperationId, ProjectKey } from '../../shared/ids.ts'

/** What stands in the fields that open something; what the person did not change follows the first one. */
export interface OpenWanted {
  source: string
  destination?: string
  reference?: string
}

/** What is being cloned. */
export interface CloneWanted {
  source: string
  reference: string | null
  destination: string
  name: string
}

/** The dialog that is open, wherever in the app it was asked for. `to`: a version's name, else known-good. */
export type Dialog =
  | ({ kind: 'open' } & OpenWanted)
  | { kind: 'clone'; project: ProjectKey; operation: OperationId; wanted: CloneWanted }
  | { kind: 'trust'; project: ProjectKey }
  | { kind: 'reset'; project: ProjectKey; to?: string }
  | { kind: 'forget'; project: ProjectKey }
  | { kind: 'shortcuts' }

export const dialogs = createStore<{ dialog: Dialog | undefined }>(() => ({ dialog: undefined }))

/** Opens a dialog in place of the one that is open. */
export const showDialog = (dialog: Dialog): void => dialogs.setState({ dialog })

export const closeDialog = (): void => dialogs.setState({ dialog: undefined })
