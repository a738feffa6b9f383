import { isProductError } from '../../shared/errors.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { readSettings } from '../store/settings.ts'
import { forwardAgent } from './forward-agent.ts'
import { gitIdentity } from './git-identity.ts'

/** What a person lends to commands, as variables, until it is disposed of. `problems`: what could not be, and why. */
export interface ForwardedEnv extends AsyncDisposable {
  env: Record<string, string>
  problems: string[]
}

/**
 * Lends what the person chose to give: the identity of their git, and their ssh agent to a container that has `agent`,
 * the folder for it. What cannot be lent keeps no command from running.
 */
export async function forwardPersonal(
  { env, home }: Pick<Host, 'env' | 'home'>,
  project: Project,
  agent: string | undefined,
): Promise<ForwardedEnv> {
  const settings = await readSettings(home)
  const problems: string[] = []
  const forwardedAgent =
    agent !== undefined && settings.sshAgent.includes(project.key)
      ? await forwardAgent(env, agent)
      : undefined
  if (forwardedAgent?.problem) problems.push(`Your ssh agent is not given. ${forwardedAgent.problem}`)
  const identity = settings.gitIdentity
    ? await gitIdentity(env, project).catch((error: unknown) => {
        if (!isProductError(error)) throw error
        problems.push(`The name and address of your git are not given. ${error.message}`)
        return {}
      })
    : {}
  return {
    env: { ...identity, ...(forwardedAgent?.path !== undefined && { SSH_AUTH_SOCK: forwardedAgent.path }) },
    problems,
    [Symbol.asyncDispose]: async () => forwardedAgent?.[Symbol.asyncDispose](),
  }
}
