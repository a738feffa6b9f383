import { isProductError } from '../../shared/errors.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { readSettings } from '../store/settings.ts'
import { forwardSshAgent } from './forward-ssh-agent.ts'
import { gitIdentity } from './git-identity.ts'

/**
 * What a person forwards to commands, as variables, until it is disposed of. `problems`: what could not be, and why.
 */
export interface ForwardedEnv extends AsyncDisposable {
  env: Record<string, string>
  problems: string[]
}

/**
 * Forwards what the person chose: their git identity, and their ssh agent to a container that has `agent`, the folder
 * for it. A failure to forward does not prevent a command from running.
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
      ? await forwardSshAgent(env, agent)
      : undefined
  if (forwardedAgent?.problem) problems.push(`Your ssh agent is not forwarded. ${forwardedAgent.problem}`)
  const identity = settings.gitIdentity
    ? await gitIdentity(env, project).catch((error: unknown) => {
        if (!isProductError(error)) throw error
        problems.push(`Your git name and e-mail address are not forwarded. ${error.message}`)
        return {}
      })
    : {}
  return {
    env: { ...identity, ...(forwardedAgent?.path !== undefined && { SSH_AUTH_SOCK: forwardedAgent.path }) },
    problems,
    [Symbol.asyncDispose]: async () => forwardedAgent?.[Symbol.asyncDispose](),
  }
}
