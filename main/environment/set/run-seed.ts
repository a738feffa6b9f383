import { isProductError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import { withProvidedEnv } from '../../container/launch/exec-context.ts'
import { execContext, type Launch } from '../../container/launch/prepare-launch.ts'
import { asSealed } from '../../container/launch/read-only-root.ts'
import { hookFailure } from '../../container/start/hook-failure.ts'
import { withSecrets } from '../../container/start/inject-secrets.ts'
import { runHook } from '../../container/start/run-hooks.ts'
import { assertStillRunning } from '../../container/start/wait-ready.ts'
import type { Engine } from '../../docker/connection/connect.ts'

/**
 * Runs the command that fills new data, in the container that a person works in, in the same way as its hooks. Errors:
 * `hook-failed`, `shell-missing`, `container-exited`, `cancelled`.
 */
export function runSeed(engine: Engine, launch: Launch, container: string, run: Run): Promise<void> {
  const { seed, service } = launch
  if (!seed) return Promise.resolve()
  const name = 'data.seed'
  const commands = [seed.command]
  return withSecrets(launch, run, async (run, secrets) => {
    await using forwarded = await launch.forward()
    const context = await execContext(engine, undefined, launch, container, run)
    const own = withProvidedEnv(context, { forwarded: forwarded.env, secrets })
    await runHook(engine, container, name, commands, own, run).catch(async (error: unknown) => {
      if (isProductError(error, 'cancelled')) throw error
      throw asSealed(launch.run, await hookFailure(engine, launch, container, { name, commands }, error, run))
    })
    await assertStillRunning(engine, { id: container, service }, run)
  })
}
