import { HOOKS, type Hook, type HookCommand, type HookName } from '../../shared/definition.ts'
import type { ProgramStart } from '../../shared/program-start.ts'
import { isIdle } from '../container/launch/idle-entrypoint.ts'
import { readProject } from '../definition/read-project.ts'
import { inspectContainer } from '../docker/containers.ts'
import { readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/** The hooks that run at each start: one of them may start a program. */
const AT_EACH_START = HOOKS.filter((hook) => hook === 'postStartCommand' || hook === 'postAttachCommand')

/**
 * How to start the program of a project, for a person whose ports do not answer.
 * Errors: those of the definition and the engine.
 */
export async function suggestStartCommand(
  host: Host,
  project: Project,
  definition: string | undefined,
): Promise<ProgramStart> {
  const [{ services }, { engine, facts }] = await Promise.all([
    readProject(host.env, project, definition),
    readCurrentState(host, project),
  ])
  const details = await Promise.all(facts.containers.map(({ id }) => inspectContainer(engine, id)))
  const own = details.some((found) => found?.State.Running === true && !isIdle(found.Config))
  const hooks = services.flatMap(({ service }) =>
    AT_EACH_START.flatMap((hook) => commandsOf(hook, service.run.hooks[hook])),
  )
  if (own) return { own, hooks, likely: null }
  // Loaded on demand, because it has many parsers.
  const { startCommand } = await import('../proposal/start-command.ts')
  return { own, hooks, likely: await startCommand(project) }
}

function commandsOf(hook: HookName, given: Hook | undefined): ProgramStart['hooks'] {
  if (given === undefined) return []
  const commands = typeof given === 'string' || Array.isArray(given) ? [given] : Object.values(given)
  return commands.map((command) => ({ hook, command: textOf(command) }))
}

const textOf = (command: HookCommand): string =>
  typeof command === 'string' ? command : JSON.stringify(command)
