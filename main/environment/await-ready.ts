import { type ErrorData, isProductError, productError } from '../../shared/errors.ts'
import type { Run } from '../../shared/operation.ts'
import { withLease } from '../container/command-leases.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { type EnvironmentFacts, withPassedChecks } from '../container/read-environment.ts'
import { redactLocal } from '../container/redact-secrets.ts'
import { containerExited, waitReady } from '../container/start/wait-ready.ts'
import { rememberReady } from '../container/start-record.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { type CurrentState, readCurrentState } from './current-state.ts'
import { addStateToError } from './set/add-state-to-error.ts'
import { allOrNone } from './set/all-or-none.ts'

/**
 * Waits, for as long as a start does, until the health checks pass for those containers of an environment that the engine
 * reports as unhealthy or not yet healthy, and fails if one has ended without completing. Changes nothing. Returns the
 * facts as they are afterwards, with the new health, which the engine itself notices only at its next check. `launch` has
 * the checks of its services. Errors: `not-ready`, `container-exited`, `cancelled`.
 */
export async function awaitReady(
  host: Host,
  project: Project,
  launch: Launch,
  { engine, facts }: Pick<CurrentState, 'engine' | 'facts'>,
  run: Run,
): Promise<EnvironmentFacts> {
  const launchOf = (service: string) => [launch, ...launch.others].find((one) => one.service === service)
  const redacted = (service: string, run: Run) => redactLocal(run, launchOf(service) ?? launch)
  const assertNoneEnded = async ({ containers, state }: EnvironmentFacts) => {
    const ended = containers.find((one) => one.stage === 'restarting' || (!one.running && !one.completed))
    if (!ended) return
    const error = await containerExited(engine, ended, redacted(ended.service, run))
    throw addStateToError(error, state === 'stopped' ? 'stopped' : 'unhealthy')
  }
  await assertNoneEnded(facts)
  const pending = facts.containers.filter(({ unhealthy, health }) => unhealthy || health === 'starting')
  if (pending.length === 0) return facts
  try {
    await allOrNone(
      pending.map(
        ({ id, service }) =>
          (run: Run) =>
            withLease(host, project, { container: id, user: undefined, tty: false }, (lease) =>
              waitReady(
                engine,
                { id, service, ownProgram: true, health: launchOf(service)?.run.health },
                redacted(service, run),
                lease,
              ),
            ),
      ),
      run,
    )
  } catch (error) {
    if (!isProductError(error, 'not-ready')) throw addStateToError(error, 'unhealthy')
    const data = error.data as ErrorData<'not-ready'>
    throw productError('not-ready', { ...data, wasReady: true }, { cause: error })
  }
  const times = pending.map(({ id, startedAt = '' }) => [id, startedAt] as const)
  await rememberReady(host.home.project(project.key), Object.fromEntries(times))
  // Meanwhile another service may have ended, been paused or removed.
  const { facts: now, history } = await readCurrentState(host, project)
  await assertNoneEnded(now)
  return withPassedChecks(
    now,
    history,
    pending.map(({ id }) => id),
  )
}
