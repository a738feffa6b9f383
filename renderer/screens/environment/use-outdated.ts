import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import { askOutdated, outdated } from '../../store/versions/outdated.ts'

/** Whether the registries have newer than what a project has pinned. */
export function useOutdated(project: ProjectKey) {
  const state = useStore(outdated, ({ projects }) => projects[project])
  return { ...(state ?? { asking: false }), ask: () => void askOutdated(project) }
}
