import { sanitize } from '../../shared/sanitize.ts'
import { isBroken, type Service, wasStopped } from '../../shared/service.ts'
import { count } from './wording.ts'

/** "running (healthy)", "exited (3)", "stopped", "completed" */
function describeServiceState({ state, health }: Pick<Service, 'state' | 'health'>): string {
  if (state.kind === 'exited') {
    const word = wasStopped(state.code) ? 'stopped' : 'exited'
    return state.code ? `${word} (${state.code})` : word
  }
  if (health === null) return state.kind
  return `${state.kind} (${health.kind === 'starting' ? 'health: starting' : health.kind})`
}

/** "127.0.0.1:8080->80/tcp" */
const describePublished = ({ ports }: Pick<Service, 'ports'>): string =>
  ports
    .map(({ address, host, container, protocol }) => `${address}:${host}->${container}/${protocol}`)
    .join(', ')

/** The services of an environment as rows of a table: name, state, image, ports. */
export const serviceRows = (services: readonly Service[]): string[][] =>
  services.map((service) => [
    sanitize(service.name),
    describeServiceState(service),
    sanitize(service.image ?? '-'),
    describePublished(service),
  ])

/** " (db 2, web 1)": which services drifted; empty where there are not several. */
export function describeDrifted(services: readonly Service[]): string {
  const drifted = services.filter(({ drift }) => drift !== null && drift > 0)
  if (services.length < 2) return ''
  return ` (${drifted.map(({ name, drift }) => `${sanitize(name)} ${drift}`).join(', ')})`
}

/**
 * Why an environment that runs is not ready: 'db ended with exit code 3; …', a sentence for each service that does not do
 * what it is for.
 */
export const describeBroken = (services: readonly Service[]): string[] =>
  services.filter(isBroken).map((service) => `${sanitize(service.name)} ${describeProblem(service)}`)

function describeEnd(code: number | null): string {
  if (wasStopped(code)) return code ? `was stopped (exit code ${code})` : 'was stopped'
  return code === null ? 'ended' : `ended with exit code ${code}`
}

function describeProblem({ state, health }: Service): string {
  switch (state.kind) {
    case 'exited':
      return `${describeEnd(state.code)}; "pristine up" starts it again.`
    case 'restarting':
      return 'ends again and again, and the engine restarts it as its restart policy says.'
    case 'created':
      return 'was never started; "pristine up" starts it.'
    case 'detached':
      return 'shares the network or the processes of a service that was restarted without it; "pristine up" restarts it, too.'
    case 'missing':
      return 'has no container any more; "pristine up" replaces the environment.'
    case 'running':
    case 'paused':
    case 'completed': {
      const checks = health?.kind === 'unhealthy' ? health.failedChecks : null
      return checks === null
        ? 'is unhealthy.'
        : `is unhealthy: its health check failed ${count(checks, 'time')}.`
    }
  }
}
