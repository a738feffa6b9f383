import { type ErrorCode, isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { EnvironmentContainer } from '../container/environment-container.ts'
import { type CountedChanges, isUnsettled, settleData } from '../data/volume-layers/settle-data.ts'
import { leftText, switchDataRecord } from '../data/volume-layers/switch-data-record.ts'
import { labelOf } from '../data/volumes.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { countedDataChanges } from '../history/fold-ledger.ts'
import { isWhole, readLedger } from '../history/ledger.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { readCurrentState } from './current-state.ts'

const PASSED_ERRORS: ErrorCode[] = ['data-record-unreadable', 'storage-failed', 'disk-full']

/**
 * Settles what is left without an intent: a change of the data that could not be recorded, and volumes that were still in
 * use.
 */
export async function recoverData(host: Host, project: Project, run: Run): Promise<void> {
  const folder = host.home.project(project.key)
  // An unreadable record is reported where it is needed.
  if (!(await isUnsettled(folder).catch(() => false))) return
  const { engine, facts } = await readCurrentState(host, project)
  await settle(engine, project, folder, facts.containers, run)
}

/**
 * Settles the data. A record that cannot be read or written must not prevent the stop or the removal of an environment.
 */
export async function settle(
  engine: Engine,
  { key }: Project,
  folder: string,
  containers: EnvironmentContainer[],
  run: Run,
): Promise<void> {
  const ledger = await readLedger(folder)
  const counted: CountedChanges = {
    carried: containers.map(({ data }) => data),
    ledger: countedDataChanges(ledger.events),
    ledgerIsWhole: isWhole(ledger),
  }
  try {
    const { left } = await switchDataRecord({ engine, folder })
    if (left.length > 0)
      run.report({
        kind: 'warning',
        text: leftText(left.map((name) => labelOf(key, { name })).join(', ')),
      })
    const kept = await settleData({ engine, key, folder }, counted)
    if (kept === undefined) return
    const text = `Whether the last change of the data counts is not known. The data is that of before; what the change made is the snapshot ${kept}.`
    run.report({ kind: 'warning', text })
  } catch (error) {
    if (!isProductError(error) || !PASSED_ERRORS.includes(error.code)) throw error
    run.report({ kind: 'warning', text: `${error.message} ${error.hint}` })
  }
}
