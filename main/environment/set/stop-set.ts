import type { Run } from '../../../shared/operation.ts'
import type { EnvironmentContainer } from '../../container/environment-container.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { stopContainer } from '../../docker/containers.ts'
import { type Needs, stopOrder } from './start-order.ts'
import { needsOf } from './start-services.ts'

/**
 * Stops the containers of an environment: each service before those that it needs, or all at once if their needs are
 * unknown. Errors: those of the engine.
 */
export async function stopSet(
  engine: Engine,
  containers: readonly Pick<EnvironmentContainer, 'id' | 'service'>[],
  launches: readonly Launch[],
  run: Run,
): Promise<void> {
  const needs = needsOf(launches)
  const known = new Map<string, Needs>(containers.map(({ service }) => [service, needs.get(service) ?? {}]))
  // The engine completes a requested stop. Without its answer, the stop is left to the next command.
  for (const group of stopOrder(known))
    await Promise.all(
      containers
        .filter(({ service }) => group.includes(service))
        .map(({ id }) => stopContainer(engine, id, run)),
    )
}
