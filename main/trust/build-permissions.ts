import type { Permission } from '../../shared/trust.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'

/** Where the person's ssh agent listens; undefined where there is none. */
export const agentSocket = (env: Record<string, string | undefined>): string | undefined =>
  env['SSH_AUTH_SOCK'] || undefined

/** What a build can use of the person's, besides what a service is made of. */
export function permissionsOfBuild(
  env: Record<string, string | undefined>,
  { agents }: Pick<DockerfileReading, 'agents'>,
): Permission[] {
  return agents.length > 0 && agentSocket(env) !== undefined ? [{ kind: 'build-ssh-agent' }] : []
}
