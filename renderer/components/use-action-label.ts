import { useStore } from 'zustand'
import type { ProjectKey } from '../../shared/ids.ts'
import { t } from '../messages/messages.ts'
import { resetsUnasked, settings } from '../store/app/settings.ts'
import type { Action } from '../store/projects/environment-state.ts'

/** How a project's actions are labelled: a reset has no "…" where it begins without a question. */
export function useActionLabel(project: ProjectKey): (action: Action) => string {
  const unasked = useStore(settings, resetsUnasked(project))
  return (action) => t(action === 'reset' && unasked ? 'action.resetNow' : `action.${action}`)
}
