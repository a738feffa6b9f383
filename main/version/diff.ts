import type { InputChange } from '../../shared/change.ts'
import { productError } from '../../shared/errors.ts'
import type { Contents, VersionDiff } from '../../shared/version.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { chooseVersion } from './choose.ts'
import { comparePlans } from './compare.ts'
import type { VersionRecord } from './history.ts'
import { readHistory } from './read-history.ts'
import { loadContents, loadPlan } from './recipes.ts'

/**
 * How two versions differ: their inputs, and what is inside them.
 * Errors: `version-unknown`, `version-none`, `version-mismatch` when a recipe is lost.
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
    loadContents(host.home, before.id),
    loadContents(host.home, after.id),
  ])
  return {
    from: { id: before.id, ordinal: before.ordinal },
    to: { id: after.id, ordinal: after.ordinal },
    inputs: comparePlans(oldPlan, newPlan),
    contents: oldContents && newContents ? compareContents(oldContents, newContents) : null,
  }
}

async function planOrFail(host: Host, record: VersionRecord) {
  const plan = await loadPlan(host.home, record.id)
  if (plan) return plan
  throw productError('version-mismatch', {
    problem: `The recipe of v${record.ordinal} is not on this computer.`,
  })
}

/** What was added, removed and changed between two images, tools before packages. */
function compareContents(from: Contents, to: Contents): InputChange[] {
  const before = flatten(from)
  const after = flatten(to)
  const changes: InputChange[] = []
  for (const input of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(input) ?? null, after.get(input) ?? null]
    if (old !== now) changes.push({ input, from: old, to: now })
  }
  return changes
}

function flatten({ tools, packages }: Contents): Map<string, string> {
  const all = new Map(Object.entries(tools))
  for (const [database, found] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(found)) all.set(`${name} (${database})`, version)
  }
  return all
}
