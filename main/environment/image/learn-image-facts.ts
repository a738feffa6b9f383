import { type ErrorData, isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { LASTING_HOOKS } from '../../definition/devcontainer/content-hooks.ts'
import { recordFacts } from '../../lock/image-facts.ts'
import type { Project } from '../../store/open-project.ts'

/**
 * Runs a build. If a base image turns out to have build instructions (ONBUILD) or hooks (in its metadata label) that the
 * lock does not record, they are written into the lock, unless it is `frozen`, and the work is repeated (`again`) with
 * everything read anew. Only once, because they name no further base.
 * Errors: those of the work.
 */
export async function learningFacts<T>(
  project: Project,
  { frozen }: { frozen: boolean },
  run: Run,
  work: (again: boolean) => Promise<T>,
): Promise<T> {
  const note = (text: string) => run.report({ kind: 'note', text: `pristine.lock: ${text}` })
  try {
    return await work(false)
  } catch (error) {
    if (frozen || !isProductError(error, 'triggers-unread')) throw error
    const { file, images } = error.data as ErrorData<'triggers-unread'>
    await recordFacts(project, file, images)
    for (const [reference, { onbuild, metadata }] of Object.entries(images)) {
      const hooks = LASTING_HOOKS.filter((hook) => metadata?.some((entry) => hook in entry)).join(' and ')
      if (onbuild.length > 0) note(triggersNote(reference, onbuild))
      if (hooks) note(`${reference} brings ${hooks} (its label devcontainer.metadata)`)
      else if (metadata)
        note(`${reference} gives hooks what differs by computer (its label devcontainer.metadata)`)
      else if (onbuild.length === 0) note(`${reference} adds nothing`)
    }
    return work(true)
  }
}

/** Describes an image's triggers to a person. */
const triggersNote = (reference: string, onbuild: readonly string[]): string =>
  `${reference} adds ${onbuild.length} instruction${onbuild.length === 1 ? '' : 's'} to the build (ONBUILD)`
