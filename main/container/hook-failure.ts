import type { Hook, HookName } from '../../shared/definition.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { assertUsable } from './assert-usable.ts'
import { hasShell } from './idle-entrypoint.ts'
import type { Launch } from './prepare-launch.ts'
import { assertStillRunning, KILLED } from './wait-ready.ts'
import { explainWriteFailure } from './write-access.ts'

/**
 * What the failure of a hook means: that its container has ended or is gone, that it has no shell, that nobody can work in it, that its user
 * cannot write the workspace; else the failure itself.
 */
export async function hookFailure(
  engine: Engine,
  launch: Launch,
  container: string,
  hook: HookName,
  error: unknown,
  run: Run,
): Promise<unknown> {
  // No command can run in a container that has ended, and what ran there was killed: its end is what has to be said.
  const maybeEnded =
    isProductError(error, 'engine-refused') ||
    (isProductError(error, 'hook-failed') && error.data['code'] === KILLED)
  try {
    if (maybeEnded) await assertStillRunning(engine, { id: container, service: launch.service }, run)
    const isOwn = isProductError(error, 'hook-failed') || isProductError(error, 'engine-refused')
    if (isOwn && (launch.hooks[hook] ?? []).some(isText) && !(await hasShell(engine, container)))
      return productError('shell-missing', { service: launch.service, hook }, { cause: error })
    // Where nobody can work, the command is not what is wrong.
    if (isProductError(error, 'hook-failed')) await assertUsable(engine, launch, container, run)
  } catch (cause) {
    return cause
  }
  return explainWriteFailure(engine, launch, container, error)
}

/** Whether a hook, or a part of it, is one text. */
const isText = (hook: Hook): boolean =>
  typeof hook === 'string' ||
  (!Array.isArray(hook) && Object.values(hook).some((command) => typeof command === 'string'))
