import { type ErrorData, isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { keepTriggers } from '../lock/triggers.ts'
import type { Project } from '../store/open.ts'

/**
 * Does work that builds. When a base image turns out to leave instructions to the build (ONBUILD) that the lock does not
 * hold, they are written into it, unless it is `frozen`, and the work is done `again`, with everything read anew. Once:
 * triggers name no further base.
 * Errors: those of the work.
 */
export async function learningTriggers<T>(
  project: Project,
  { frozen }: { frozen: boolean },
  run: Run,
  work: (again: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await work(false)
  } catch (error) {
    if (frozen || !isProductError(error, 'triggers-unread')) throw error
    const { file, images } = error.data as ErrorData<'triggers-unread'>
    await keepTriggers(project, file, images)
    for (const [reference, { onbuild }] of Object.entries(images))
      run.report({ kind: 'note', text: `pristine.lock: ${triggersNote(reference, onbuild)}` })
    return work(true)
  }
}

/** What a person is told of an image's triggers. */
const triggersNote = (reference: string, onbuild: readonly string[]): string =>
  `${reference} adds ${onbuild.length} instruction${onbuild.length === 1 ? '' : 's'} to the build (ONBUILD)`
