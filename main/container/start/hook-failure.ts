import type { Hook } from '../../../shared/definition.ts'
import { isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { hasShell } from '../launch/idle-entrypoint.ts'
import type { Launch } from '../launch/prepare-launch.ts'
import { assertUsable } from './assert-usable.ts'
import type { CommandName } from './run-hooks.ts'
import { assertStillRunning, KILLED } from './wait-ready.ts'
import { explainWriteFailure } from './write-access.ts'

/**
 * Explains the failure of a hook: its container ended or is gone, has no shell, is not usable, or its user cannot write
 * the workspace; otherwise returns the failure itself.
 */
export async function hookFailure(
  engine: Engine,
  launch: Launch,
  container: string,
  { name: hook, commands }: { name: CommandName; commands: readonly Hook[] },
  error: unknown,
  run: Run,
): Promise<unknown> {
  // No command can run in a container that has ended, and what ran there was killed: that end is what to report.
  const maybeEnded =
    isProductError(error, 'engine-refused') ||
    (isProductError(error, 'hook-failed') && error.data['code'] === KILLED)
  try {
    if (maybeEnded) await assertStillRunning(engine, { id: container, service: launch.service }, run)
    const isOwn = isProductError(error, 'hook-failed') || isProductError(error, 'engine-refused')
    if (isOwn && commands.some(isText) && !(await hasShell(engine, container)))
      return productError('shell-missing', { service: launch.service, hook }, { cause: error })
    // In an unusable container the command is not at fault.
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
