import type { Run } from '../../shared/operation.ts'
import { localVariables } from '../definition/local-variables.ts'
import { type ReadProject, readProject } from '../definition/read-project.ts'
import { resolvePart } from '../definition/resolve-run.ts'
import { substituteAll } from '../definition/substitute.ts'
import type { Host } from '../host.ts'
import { fetchLeftOut } from '../project/clone/fetch-left-out.ts'
import type { Project } from '../project/open.ts'
import { requireTrust } from '../trust/gate.ts'
import { runCommands } from './hooks.ts'
import { runOnHost } from './host-command.ts'
import { reachOfProject } from './reach-of-project.ts'

/**
 * Reads a project's definition, and asks for trust for what it says before anything is done with it.
 * Errors: those of the definition, `not-trusted`.
 */
export async function readTrusted(
  host: Host,
  project: Project,
  definition: string | undefined,
): Promise<ReadProject> {
  const read = await readProject(host.env, project, definition)
  await requireTrust(host, project, await reachOfProject(host, project, read))
  return read
}

/**
 * The same, after `initializeCommand` ran on this computer, in the project's folder: before anything else is looked at,
 * because it may make what the definition needs (containers.dev, "Lifecycle scripts"). Of a clone, what it left out comes
 * first. What is read after either is asked for once more.
 * Errors: those of `readTrusted`, `hook-failed`, `cancelled`.
 */
export async function initialize(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<ReadProject> {
  let read = await readTrusted(host, project, definition)
  if (await fetchLeftOut(host, project, run)) read = await readTrusted(host, project, definition)
  const { localEnv, ...plain } = localVariables(project, read.definition.file, host.env)
  const hooks = read.services.flatMap(({ service: { run: config } }) =>
    config.initializeCommand === undefined ? [] : [resolvePart(config.initializeCommand, config, plain)],
  )
  if (hooks.length === 0) return read
  await runCommands(
    'initializeCommand',
    hooks,
    // The values of the person's environment are filled in last, so that nothing tells them.
    (command, write, signal) =>
      runOnHost(
        substituteAll(command, { ...(localEnv && { localEnv }) }),
        project.path,
        host.env,
        write,
        signal,
      ),
    run,
  )
  return readTrusted(host, project, definition)
}
