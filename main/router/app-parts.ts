import type { OperationId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { PristineEngine } from '../engine.ts'
import type { Host } from '../host/host.ts'
import type { OpenedEnvironments } from '../overview/opened-environments.ts'
import type { Overview } from '../overview/overview.ts'
import type { Downloads } from '../transfers/downloads.ts'
import type { Uploads } from '../transfers/uploads.ts'
import type { ProjectAccess } from './project-access.ts'

/** What the methods of the contract work with. */
export interface AppParts extends ProjectAccess {
  /** The person's environment. */
  env: Record<string, string | undefined>
  host: Host
  engine: PristineEngine
  overview: Overview
  opened: OpenedEnvironments
  downloads: Downloads
  uploads: Uploads
  /** Starts a verb as an operation, which is returned as soon as it is recorded. */
  start(verb: (run: Run) => Promise<unknown>): Promise<{ operation: OperationId }>
}
