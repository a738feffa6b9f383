import type { Run } from '../../../shared/operation.ts'
import { withLease } from '../../container/command-leases.ts'
import { commandUser, execContext, type Launch } from '../../container/launch/prepare-launch.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'
import { runHook } from '../../container/start/run-hooks.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import type { CommandLease } from '../../docker/exec/end-command.ts'
import type { Host } from '../../host/host.ts'
import { loadPlan } from '../../plan/plan-store.ts'
import type { Project } from '../../store/open-project.ts'
import { launchOfEnvironment } from '../image/launch-version.ts'

/**
 * Runs the command that a running service needs before its data is captured, if its definition has one. `lease`: of that
 * command, in a container that goes on. Errors: `hook-failed`, `cancelled`.
 */
export async function freeze(
  engine: Engine,
  launch: Launch,
  container: string,
  run: Run,
  lease: Partial<CommandLease> = {},
): Promise<void> {
  const command = launch.run.freeze
  if (command === undefined) return
  const context = await execContext(engine, undefined, launch, container, { ...run, ...lease })
  // The container keeps running.
  await runHook(engine, container, 'data.freeze', [command], context, run, {
    whenCancelled: 'kill',
    ...lease,
  })
}

/** The same for the given containers of an environment, by their ids, that are about to be stopped. */
export async function freezeEnvironment(
  host: Host,
  project: Project,
  facts: Pick<EnvironmentFacts, 'containers' | 'version'>,
  ids: readonly string[],
  run: Run,
): Promise<void> {
  const plan = facts.version && (await loadPlan(host.home, facts.version))
  if (!plan?.services.some((service) => service.run.freeze !== undefined)) return
  const launch = await launchOfEnvironment(host, project, facts)
  const engine = await host.engine()
  for (const { id, service, running, paused } of facts.containers) {
    const own = [launch, ...launch.others].find((one) => one.service === service)
    if (!own || own.run.freeze === undefined || !ids.includes(id) || !running || paused) continue
    const command = { container: id, user: commandUser(own), tty: false }
    await withLease(host, project, command, (lease) => freeze(engine, own, id, run, lease))
  }
}
