import { isProductError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connect.ts'
import { requireEntrance } from './entrance.ts'
import type { Launch } from './launch.ts'
import { assertStillRunning, KILLED } from './ready.ts'
import { withWorkplace } from './workplace.ts'

/**
 * What the failure of a hook means: that its container has ended or is gone, that nobody can work in it, that its user
 * cannot write the workspace; else the failure itself.
 */
export async function hookFailure(
  engine: Engine,
  launch: Launch,
  container: string,
  error: unknown,
  run: Run,
): Promise<unknown> {
  // No command can run in a container that has ended, and what ran there was killed: its end is what has to be said.
  const maybeEnded =
    isProductError(error, 'engine-refused') ||
    (isProductError(error, 'hook-failed') && error.data['code'] === KILLED)
  try {
    if (maybeEnded) await assertStillRunning(engine, { id: container, service: launch.service }, run)
    // Where nobody can work, the command is not what is wrong.
    if (isProductError(error, 'hook-failed')) await requireEntrance(engine, launch, container, run)
  } catch (cause) {
    return cause
  }
  return withWorkplace(engine, launch, container, error)
}
