import { createStore } from 'zustand/vanilla'
import type { DeclaredSecret } from '../../../shared/definition.ts'
import type { OperationId, ProjectKey, Sha256 } from '../../../shared/ids.ts'
import type { Snapshot } from '../../../shared/snapshot.ts'
import type { Permission } from '../../../shared/trust.ts'

/** The content of the fields of the open dialog; unchanged fields follow the first one. */
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

/** What was refused of something else than a start, and how that is done again with the grant. */
export interface Refused {
  asked: Permission[]
  fingerprint: Sha256
  again(trust: Sha256): Promise<void>
}

/**
 * Secrets to be asked for: each that has no value before a `start`, which goes on without those that are left out; one for
 * want of which work failed that is done `again`; or one that the person wants to set.
 */
export interface SecretsWanted {
  project: ProjectKey
  secrets: DeclaredSecret[]
  before: 'start' | 'again' | 'nothing'
  goOn(): unknown
}

/** What can be done with data and its snapshots. */
export type SnapshotJob =
  | { kind: 'take' | 'import' }
  | { kind: 'restore' | 'rename' | 'delete' | 'export'; snapshot: Snapshot }

/** The dialog that is open, wherever in the app it was asked for. `to`: a version's name, else known-good. */
export type Dialog =
  | ({ kind: 'open' } & OpenWanted)
  | { kind: 'clone'; project: ProjectKey; operation: OperationId; wanted: CloneWanted }
  | { kind: 'trust'; project: ProjectKey; refused?: Refused }
  | ({ kind: 'secrets' } & SecretsWanted)
  | { kind: 'reset'; project: ProjectKey; to?: string }
  | { kind: 'remove'; project: ProjectKey }
  | { kind: 'snapshot'; project: ProjectKey; job: SnapshotJob; done?: () => void }
  /** `file`: the lock's, as it is shown. */
  | { kind: 'lock'; project: ProjectKey; file: string; done?: () => void }
  | { kind: 'forget'; project: ProjectKey }
  | { kind: 'shortcuts' }

export const dialogs = createStore<{ dialog: Dialog | undefined }>(() => ({ dialog: undefined }))

/** Opens a dialog in place of the one that is open. */
export const showDialog = (dialog: Dialog): void => dialogs.setState({ dialog })

export const closeDialog = (): void => dialogs.setState({ dialog: undefined })
