import { createStore } from 'zustand/vanilla'
import type { ProjectKey } from '../../../shared/ids.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import type { ProductFailure } from '../../client/failure.ts'
import { follow } from '../../client/follow.ts'
import { after } from './fold-projects.ts'

/** Every project, by name. `projects` is undefined until the engine has sent them. */
export interface Projects {
  projects: ProjectSummary[] | undefined
  failure: ProductFailure | undefined
}

export const projects = createStore<Projects>(() => ({ projects: undefined, failure: undefined }))

/** Keeps the list as the engine sees it. */
export function followProjects(): () => void {
  return follow((signal) => client.projects.watch(undefined, { signal }), {
    event: (event) =>
      projects.setState((state) => ({ projects: after(state.projects ?? [], event), failure: undefined })),
    failed: (failure) => projects.setState({ failure }),
  })
}

/** The project of a key, for a selector. */
export const projectOf =
  (key: ProjectKey) =>
  (state: Projects): ProjectSummary | undefined =>
    state.projects?.find((project) => project.key === key)
