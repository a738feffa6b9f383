import { productError } from '../../shared/errors.ts'
import type { VersionDiff } from '../../shared/version.ts'
import { explainChanges } from '../explain/explain-changes.ts'
import { chooseVersion } from '../history/choose-version.ts'
import type { VersionRecord } from '../history/fold-ledger.ts'
import { readHistory } from '../history/read-history.ts'
import type { Host } from '../host/host.ts'
import { compareInventories } from '../plan/compare-inventories.ts'
import { loadInventory, loadPlan } from '../plan/plan-store.ts'
import type { Project } from '../store/open-project.ts'

/**
 * How two versions differ: their inputs, and what is inside them.
 * Errors: `version-unknown`, `version-none`, `plan-lost`.
 */
export async function diffVersions(
  host: Host,
  project: Project,
  from: string,
  to: string,
): Promise<VersionDiff> {
  const history = await readHistory(host, project)
  const [before, after] = [chooseVersion(project, history, from), chooseVersion(project, history, to)]
  const [oldPlan, newPlan, oldContents, newContents] = await Promise.all([
    planOrFail(host, before),
    planOrFail(host, after),
    loadInventory(host.home, before.id),
    loadInventory(host.home, after.id),
  ])
  return {
    from: { id: before.id, ordinal: before.ordinal },
    to: { id: after.id, ordinal: after.ordinal },
    inputs: explainChanges(
      host.home,
      { plan: oldPlan, contents: oldContents },
      { plan: newPlan, contents: newContents },
    ),
    contents: oldContents && newContents ? compareInventories(oldContents, newContents) : null,
  }
}

async function planOrFail(host: Host, record: VersionRecord) {
  const plan = await loadPlan(host.home, record.id)
  if (plan) return plan
  throw productError('plan-lost', { version: `v${record.ordinal}` })
}
