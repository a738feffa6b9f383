import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { silentRun } from '../operation/silent-run.ts'
import { resumeOnce, resumeSet, type StoppedSet } from './set/resume-set.ts'
import { clearIntent } from './write-ahead-intent.ts'

/**
 * Starts existing containers with the hooks of a start, and clears the intent that was written before. `first` runs
 * before that; if it is cancelled, the intent stays. Errors: those of `resumeSet` and of `first`.
 */
export async function resumeExisting(
  engine: Engine,
  launch: Launch,
  set: StoppedSet,
  run: Run,
  first: () => Promise<unknown> = async () => {},
): Promise<void> {
  const end = () => clearIntent(set.folder)
  let isDone = false
  try {
    await first()
    isDone = true
    await resumeSet(engine, launch, set, run)
  } catch (error) {
    // The intent leaves to the next command what was stopped by then.
    if (!isDone && isProductError(error, 'cancelled')) throw error
    const lost = isProductError(error, 'engine-unreachable') || isProductError(error, 'engine-refused')
    // Once more; if the engine does not answer, the intent leaves it to the next command.
    if (lost) await resumeOnce(engine, launch, set, silentRun()).then(end, () => {})
    else await end()
    throw error
  }
  await end()
}
