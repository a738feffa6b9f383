import type { InputChange } from '../../../shared/change.ts'
import { productError } from '../../../shared/errors.ts'
import type { VersionDiff } from '../../../shared/version.ts'
import { type ComparedPlan, storedPlan } from '../../explain/compared-plan.ts'
import { explainChanges } from '../../explain/explain-changes.ts'
import { chooseVersion } from '../../history/choose-version.ts'
import type { VersionRecord } from '../../history/fold-ledger.ts'
import { readHistory } from '../../history/read-history.ts'
import type { Host } from '../../host/host.ts'
import { compareInventories } from '../../plan/compare-inventories.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * How two versions differ: in their inputs and in their content.
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
  const [old, now] = await Promise.all([comparedOrFail(host, before), comparedOrFail(host, after)])
  return {
    from: { id: before.id, ordinal: before.ordinal },
    to: { id: after.id, ordinal: after.ordinal },
    inputs: explainChanges(host.home, old, now),
    contents: compareInside(old, now),
  }
}

/** The differences inside the images. For further services, only those that were probed in both versions. */
function compareInside(old: ComparedPlan, now: ComparedPlan): InputChange[] | null {
  if (!old.contents || !now.contents) return null
  const further = [...(now.further ?? [])].flatMap(([service, contents]) => {
    const before = old.further?.get(service)
    const changes = before ? compareInventories(before, contents) : []
    return changes.map((change) => ({ ...change, input: `${service}: ${change.input}` }))
  })
  return [...compareInventories(old.contents, now.contents), ...further]
}

async function comparedOrFail(host: Host, record: VersionRecord): Promise<ComparedPlan> {
  const found = await storedPlan(host.home, record.id)
  if (found) return found
  throw productError('plan-lost', { version: `v${record.ordinal}` })
}
