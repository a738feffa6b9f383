import type { ProjectSummary } from '../../../shared/project.ts'
import { client } from '../../client/client.ts'
import { useAnswer } from '../../components/use-answer.ts'

/** The services that Compose files define, that of the person first; none of an environment of one container. */
export function useServices({ key: project, state, version }: ProjectSummary): string[] {
  const { value } = useAnswer(`services ${project} ${state} ${version?.id}`, async (signal) => {
    const { environment } = await client.environment.status({ project }, { signal })
    return environment.services.toSorted((a, b) => Number(b.entry) - Number(a.entry)).map(({ name }) => name)
  })
  return value ?? NONE
}

const NONE: string[] = []
