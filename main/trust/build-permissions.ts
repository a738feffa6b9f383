import type { Permission } from '../../shared/trust.ts'
import type { DockerfileReading } from '../definition/dockerfile/dockerfile-reading.ts'

/** Where the person's ssh agent listens; undefined where there is none. */
export const agentSocket = (env: Record<string, string | undefined>): string | undefined =>
  env['SSH_AUTH_SOCK'] || undefined

/** What a build can use, besides what a service is made of: what the engine downloads for it, and the person's agent. */
export function permissionsOfBuild(
  env: Record<string, string | undefined>,
  { agents, checkedDownloads }: Pick<DockerfileReading, 'agents' | 'checkedDownloads'>,
): Permission[] {
  const usesAgent = agents.length > 0 && agentSocket(env) !== undefined
  return [
    ...checkedDownloads.map(({ url }): Permission => ({ kind: 'download', url })),
    ...(usesAgent ? [{ kind: 'build-ssh-agent' } as const] : []),
  ]
}
