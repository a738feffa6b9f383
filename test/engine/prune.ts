import { docker } from './docker.ts'
import type { TestProject } from './test-project.ts'

/** Removes a version's image behind Pristine's back, with all its names, as a prune would. Its definition must be unique. */
export async function pruneVersion(project: TestProject, ordinal: number): Promise<void> {
  const name = `pristine/${await project.key()}:v${ordinal}`
  const { Id, RepoTags } = await docker().getImage(name).inspect()
  for (const tag of RepoTags) await docker().getImage(tag).remove({ force: true })
  const left = await docker()
    .getImage(Id)
    .inspect()
    .catch(() => undefined)
  if (left) await docker().getImage(Id).remove({ force: true })
}

/** Takes the steps whose command holds a text from the builder's cache; what others built stays. */
export async function forgetSteps(text: string): Promise<void> {
  const { BuildCache } = (await docker().df()) as {
    BuildCache: { ID: string; Type: string; Description: string }[]
  }
  const steps = BuildCache.filter(({ Type, Description }) => Type === 'regular' && Description.includes(text))
  for (const { ID } of steps) await pruneStep(ID)
}

/** dockerode passes no filters on here, and would prune everybody's cache. */
function pruneStep(id: string): Promise<unknown> {
  const options = { all: true, filters: JSON.stringify({ id: [id] }) }
  return new Promise((resolve, reject) => {
    docker().modem.dial(
      { path: '/build/prune?', method: 'POST', options, statusCodes: { 200: true } },
      (error: unknown, data: unknown) => (error ? reject(error) : resolve(data)),
    )
  })
}
