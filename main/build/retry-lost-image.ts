import type { Run } from '../../shared/operation.ts'
import { BuildFailure } from '../docker/build/build-image.ts'
import { LOST_IMAGE } from '../docker/build/lost-image.ts'

/**
 * Runs a build, and once more if an image was removed from the engine before any instruction but `FROM` had begun: the
 * removal was another project's, and is over. Errors: those of the build.
 */
export async function retryLostImage(run: Run, build: (run: Run) => Promise<string>): Promise<string> {
  let hasBegun = false
  const watched: Run = {
    ...run,
    report: (event) => {
      const isRun = event.kind === 'step' && (event.state === 'running' || event.state === 'done')
      if (isRun && !/^FROM\b/i.test(event.name)) hasBegun = true
      run.report(event)
    },
  }
  try {
    return await build(watched)
  } catch (error) {
    if (!(error instanceof BuildFailure) || hasBegun || !LOST_IMAGE.test(error.message)) throw error
    const text = 'An image was removed from the engine when the build began; it is begun once more.'
    run.report({ kind: 'note', text })
    return build(run)
  }
}
