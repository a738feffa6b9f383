import type { Run } from '../../../shared/operation.ts'
import { envList } from '../../container/launch/exec-context.ts'
import { execContext, type Launch } from '../../container/launch/prepare-launch.ts'
import type { EnvironmentFacts } from '../../container/read-environment.ts'
import { type Execute, runCommands } from '../../container/run-hooks.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { exec } from '../../docker/exec/exec.ts'
import type { Host } from '../../host/host.ts'
import { loadPlan } from '../../plan/plan-store.ts'
import type { Project } from '../../store/open-project.ts'
import { launchOfEnvironment } from '../image/launch-version.ts'

/**
 * Runs what a running service needs before its data is captured, if its definition names something. Errors: `hook-failed`,
 * `cancelled`.
 */
export async function freeze(engine: Engine, launch: Launch, container: string, run: Run): Promise<void> {
  const command = launch.run.freeze
  if (command === undefined) return
  const { user, cwd, env } = await execContext(engine, undefined, launch, container)
  const execute: Execute = (command, write, signal) => {
    const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
    return exec(engine, container, { command: words, user, cwd, env: envList(env) }, write, signal)
  }
  await runCommands('data.freeze', [command], execute, run)
}

/** The same for those containers of an environment, by their ids, that are about to be stopped. */
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
    if (own && ids.includes(id) && running && !paused) await freeze(engine, own, id, run)
  }
}
