import { stat } from 'node:fs/promises'
import path from 'node:path'
import { isProductError } from '../../shared/errors.ts'
import type { OperationId, ProjectKey } from '../../shared/ids.ts'
import type { ErrorReport, OperationKind } from '../../shared/operation.ts'
import { readLastStart, type StartRecord } from '../container/start-record.ts'
import { readBranch } from '../git/branch.ts'
import { foldLedger, type History } from '../history/fold-ledger.ts'
import { LEDGER_FILE, readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import { readLock } from '../lock/lock-file.ts'
import { movedPins, PIN_CHECK_FILE, type PinCheck, readPinCheck } from '../lock/pin-check.ts'
import { describeOperation, operationIds } from '../operation/list-operations.ts'
import { operationsFolder } from '../operation/record-operation.ts'
import { currentHolder } from '../operation/writer-lock.ts'
import { openProject, type Project } from '../store/open-project.ts'
import { recordOf, TRUST_FILE, type TrustRecord } from '../trust/trust-record.ts'

/** The state of a project from its files, without the engine. */
export interface ProjectState {
  /** Undefined if its folder is gone or was replaced by another one. */
  project: Project | undefined
  branch: string | null
  /** Undefined if it cannot be read. */
  history: History | undefined
  start: StartRecord | undefined
  running: { id: OperationId; kind: OperationKind } | undefined
  failure: { operation: OperationId; error: ErrorReport } | null
  trust: TrustRecord | undefined
  /** References of pinned images that pointed elsewhere at the last check of their registries. */
  newerPins: string[]
}

/** Reads a project's files, and on later calls only those that have changed. */
export class ProjectStateReader {
  private readonly host: Host
  private readonly key: ProjectKey
  private readonly folder: string
  private place: { stamp: string; project: Project | undefined } | undefined
  private ledger: { stamp: string; history: History | undefined } | undefined
  private trust: { stamp: string; record: TrustRecord | undefined } | undefined
  private check: { stamp: string; found: PinCheck | undefined } | undefined
  private pins: { stamp: string; newer: string[] } | undefined
  private newest: { stamp: string; failure: ProjectState['failure'] } | undefined

  constructor(host: Host, key: ProjectKey, folder: string) {
    this.host = host
    this.key = key
    this.folder = folder
  }

  async read(): Promise<ProjectState> {
    const [project, history, start, running] = await Promise.all([
      this.openFolder(),
      this.readLedger(),
      readLastStart(this.home),
      currentHolder(this.home),
    ])
    const trust = project && (await this.readGrant(project))
    const newerPins = project ? await this.readPins(project) : []
    return {
      project,
      branch: project ? await readBranch(project) : null,
      history,
      start,
      running: running?.operation && running.kind && { id: running.operation, kind: running.kind },
      failure: running?.operation ? null : await this.lastFailure(),
      trust,
      newerPins,
    }
  }

  private get home(): string {
    return this.host.home.project(this.key)
  }

  private async openFolder(): Promise<Project | undefined> {
    const stamp = await stampOf(this.folder)
    if (this.place?.stamp === stamp) return this.place.project
    const project = await openProject(this.folder, this.host.home).catch((error: unknown) => {
      if (isProductError(error)) return undefined
      throw error
    })
    this.place = { stamp, project: project?.key === this.key ? project : undefined }
    return this.place.project
  }

  private async readLedger(): Promise<History | undefined> {
    const stamp = await stampOf(path.join(this.home, LEDGER_FILE))
    if (this.ledger?.stamp === stamp) return this.ledger.history
    const history = await readLedger(this.home).then(
      ({ events }) => foldLedger(events),
      (error: unknown) => {
        if (isProductError(error)) return undefined
        throw error
      },
    )
    this.ledger = { stamp, history }
    return history
  }

  private async readGrant(project: Project): Promise<TrustRecord | undefined> {
    const stamp = await stampOf(path.join(this.home, TRUST_FILE))
    if (this.trust?.stamp !== stamp) this.trust = { stamp, record: await recordOf(this.host, project) }
    return this.trust.record
  }

  private async readPins(project: Project): Promise<string[]> {
    const stamp = await stampOf(path.join(this.home, PIN_CHECK_FILE))
    if (this.check?.stamp !== stamp) {
      this.check = { stamp, found: await readPinCheck(this.host.home, this.key) }
      this.pins = undefined
    }
    const { found } = this.check
    if (!found) return []
    const file = path.join(project.path, found.lock)
    const lockStamp = await stampOf(file)
    if (this.pins?.stamp !== lockStamp) {
      // Problems of a lock are reported elsewhere.
      const lock = await readLock(project, found.lock).catch(() => undefined)
      this.pins = { stamp: lockStamp, newer: movedPins(found, lock) }
    }
    return this.pins.newer
  }

  private async lastFailure(): Promise<ProjectState['failure']> {
    const stamp = await stampOf(operationsFolder(this.home))
    if (stamp === GONE) return null
    if (this.newest?.stamp === stamp) return this.newest.failure
    const [id] = await operationIds(this.home)
    if (id === undefined) return null
    const found = await describeOperation(this.home, id)
    const failure = found?.error ? { operation: id, error: found.error } : null
    // An operation that has not ended yet is read again.
    if (found?.state !== 'running') this.newest = { stamp, failure }
    return failure
  }
}

const GONE = 'gone'

/** A stamp that changes whenever a file or folder changes. */
async function stampOf(file: string): Promise<string> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined)
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : GONE
}
