import type { EngineState } from '../../shared/engine-state.ts'
import { t } from '../messages/messages.ts'

/** The engine in a few words. */
export function engineText(state: EngineState | undefined): string {
  if (!state) return t('shell.engineLooking')
  if (state.kind === 'down') return t('shell.engineDown')
  const place = t(state.local ? 'shell.engineLocal' : 'shell.engineRemote')
  return t('shell.engineReady', { name: state.name, version: state.version, place })
}
