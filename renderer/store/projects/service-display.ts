import type { EnvironmentState } from '../../../shared/environment.ts'
import { isBroken, type Service, wasStopped } from '../../../shared/service.ts'
import { t } from '../../messages/messages.ts'

/** How a service stands, in a word and its tone. */
export interface ServiceDisplay {
  tone: 'good' | 'busy' | 'bad' | 'plain'
  label: string
}

/** The display state of a service of an environment in a state: of one that is stopped as a whole nothing is broken. */
export function serviceDisplay(
  { state, health }: Pick<Service, 'state' | 'health'>,
  environment: EnvironmentState,
): ServiceDisplay {
  if (environment === 'stopped' && (state.kind === 'exited' || state.kind === 'created'))
    return { tone: 'plain', label: t('services.state.stopped') }
  const tone = isBroken({ state, health }) || state.kind === 'paused' ? 'bad' : 'good'
  switch (state.kind) {
    case 'running':
      return health?.kind === 'starting'
        ? { tone: 'busy', label: t('services.state.starting') }
        : { tone, label: healthText(health) }
    case 'completed':
      return { tone: 'plain', label: t('services.state.completed') }
    case 'exited':
      return { tone, label: endText(state.code) }
    case 'paused':
    case 'restarting':
    case 'created':
    case 'detached':
    case 'missing':
      return { tone, label: t(`services.state.${state.kind}`) }
  }
}

function endText(code: number | null): string {
  if (wasStopped(code)) return t('services.state.stopped')
  return code === null ? t('services.state.exited') : t('services.state.exitedWith', { code })
}

function healthText(health: Service['health']): string {
  if (health?.kind === 'unhealthy' && health.failedChecks !== null)
    return t('services.state.unhealthyCount', { count: health.failedChecks })
  return t(`services.state.${health?.kind ?? 'running'}`)
}
