import type { Run } from '../../shared/operation.ts'
import type { Host } from '../host/host.ts'
import { updateDevcontainerLock } from '../lock/devcontainer-lock.ts'
import { saveLock } from '../lock/save-lock.ts'
import type { Project } from '../store/open-project.ts'
import { type PlannedChange, planChange, type UpOptions } from './planned-change.ts'

/**
 * Writes the lock of a planned change, and reports what is new in it; an equivalent lock is not rewritten, whatever its
 * formatting. A `devcontainer-lock.json` is kept equal, even where `pristine.lock` has all that is needed. If it changed,
 * which can be an input, the change is planned again with what that file is now. Only for the project's writer. Errors:
 * those of planning; those of `saveLock`.
 */
export async function updateLockfile(
  host: Host,
  project: Project,
  options: UpOptions,
  plannedChange: PlannedChange,
  run: Run,
): Promise<PlannedChange> {
  const { planned, read } = plannedChange
  const { now, other, next, added, removed, file, written } = planned.lock
  const definitionFile = planned.definition.file
  const isComplete = added.length === 0 && removed.length === 0
  if (isComplete && options.frozen) return plannedChange
  const changesInput = isComplete
    ? await updateDevcontainerLock(project, definitionFile, next, written)
    : await saveLock(host.home, project, { definitionFile, file, now, other, written }, next)
  // Reported here, because the file stays in the person's folder even if the build fails.
  const note = (text: string) => run.report({ kind: 'note', text: `pristine.lock: ${text}` })
  const isBuiltin = (reference: string) => Object.hasOwn(next.frontends ?? {}, reference)
  for (const reference of added)
    note(isBuiltin(reference) ? `the engine's own frontend for ${reference}` : `pinned ${reference}`)
  for (const reference of removed) note(`dropped ${reference}`)
  if (!changesInput) return plannedChange
  // What it warns of was reported before.
  const again = await planChange(host, project, options, { ...run, report: () => {} }, read)
  return { ...again, planned: { ...again.planned, lock: planned.lock } }
}
