import { type ErrorData, isProductError, productError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'
import { waitReady } from '../../container/wait-ready.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { allOrNone } from './all-or-none.ts'

/**
 * Waits, for as long as a start does, until the health checks pass for those containers of an environment that the engine
 * reports as unhealthy. Changes nothing. Returns the facts with the new health, which the engine itself notices only at
 * its next check. `launch` has the checks of its services. Errors: `not-ready`, `container-exited`, `cancelled`.
 */
export async function awaitHealth(
  engine: Engine,
  facts: EnvironmentFacts,
  launch: Launch,
  run: Run,
): Promise<EnvironmentFacts> {
  const failing = facts.containers.filter(({ unhealthy }) => unhealthy)
  if (failing.length === 0) return facts
  const launches = [launch, ...launch.others]
  const healthOf = (service: string) => launches.find((one) => one.service === service)?.run.health
  try {
    await allOrNone(
      failing.map(
        ({ id, service }) =>
          (run: Run) =>
            waitReady(engine, { id, service, ownProgram: true, health: healthOf(service) }, run),
      ),
      run,
    )
  } catch (error) {
    if (!isProductError(error, 'not-ready')) throw error
    const data = error.data as ErrorData<'not-ready'>
    throw productError('not-ready', { ...data, wasReady: true }, { cause: error })
  }
  return {
    ...facts,
    state: 'ready',
    containers: facts.containers.map((one) =>
      failing.includes(one) ? { ...one, unhealthy: false, health: 'healthy' } : one,
    ),
  }
}
