import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { ProjectKey } from '../../../shared/ids.ts'
import { client } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'

type OutdatedPins = Awaited<ReturnType<typeof client.lock.outdated>>

interface Looked {
  asking: boolean
  pins?: OutdatedPins
  failure?: ProductFailure
}

/** What the registries said of each project's pins, since somebody asked. They are asked only when a person says so. */
const looked = createStore<{ projects: Partial<Record<ProjectKey, Looked>> }>(() => ({ projects: {} }))

const put = (project: ProjectKey, value: Looked) =>
  looked.setState(({ projects }) => ({ projects: { ...projects, [project]: value } }))

/** Whether the registries have newer than what a project has pinned. */
export function useOutdated(project: ProjectKey) {
  const state = useStore(looked, ({ projects }) => projects[project])
  return {
    ...(state ?? { asking: false }),
    ask: () => void askOutdated(project),
    forget: () => put(project, { asking: false }),
  } as Looked & { ask(): void; forget(): void }
}

/** Asks the registries; what comes of it is seen by all who use it. */
export async function askOutdated(project: ProjectKey): Promise<void> {
  put(project, { asking: true })
  try {
    put(project, { asking: false, pins: await client.lock.outdated({ project }) })
  } catch (error) {
    put(project, { asking: false, failure: toFailure(error) })
  }
}
