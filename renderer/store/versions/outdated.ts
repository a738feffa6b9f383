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

/** The registries' answers for each project's pins, since the last check. They are asked only on request. */
export const outdated = createStore<{ projects: Partial<Record<ProjectKey, Looked>> }>(() => ({
  projects: {},
}))

const put = (project: ProjectKey, value: Looked) =>
  outdated.setState(({ projects }) => ({ projects: { ...projects, [project]: value } }))

/** Asks the registries; what comes of it is seen by all who use it. */
export async function askOutdated(project: ProjectKey): Promise<void> {
  put(project, { asking: true })
  try {
    put(project, { asking: false, pins: await client.lock.outdated({ project }) })
  } catch (error) {
    put(project, { asking: false, failure: toFailure(error) })
  }
}

/** The answers are no longer valid: the pins have moved. */
export const forgetOutdated = (project: ProjectKey): void => put(project, { asking: false })
