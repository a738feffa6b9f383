import type { HealthCheck, HookCommand } from '../../../shared/definition.ts'
import { DEFAULT_HEALTH_INTERVAL } from '../../definition/devcontainer/document/pristine-settings.ts'
import type { ContainerSpec } from '../../docker/containers.ts'

type EngineCheck = NonNullable<ContainerSpec['Healthcheck']>

const MS = 1_000_000

/** Docker's own defaults for a health check (Dockerfile reference, HEALTHCHECK); times in nanoseconds. */
export const ENGINE_DEFAULTS = { interval: 30e9, timeout: 30e9, retries: 3 }

/** Instead of the check of an image whose own program does not run: it would never pass. */
export const NO_CHECK: EngineCheck = { Test: ['NONE'] }

/**
 * The health check of a create request. Pristine runs the check itself until the environment is ready; where the definition
 * gives no interval, the engine checks afterwards only as often as it does by default.
 */
export function engineCheck(health: HealthCheck): EngineCheck {
  const plain = plainCheck(health)
  if (health.interval !== DEFAULT_HEALTH_INTERVAL) return plain
  const { interval, retries } = ENGINE_DEFAULTS
  return { ...plain, Interval: interval, Retries: Math.min(health.retries, retries) }
}

/**
 * A health check with the definition's own values. It is what the hashes of a request are made of: how often the engine checks
 * is not the definition's, and replaces no container.
 */
export const plainCheck = ({ command, interval, timeout, retries }: HealthCheck): EngineCheck => ({
  Test: testOf(command),
  Interval: interval * MS,
  Timeout: timeout * MS,
  Retries: retries,
})

/** A command as the engine's health check wants it. */
const testOf = (command: HookCommand): string[] =>
  typeof command === 'string' ? ['CMD-SHELL', command] : ['CMD', ...command]
