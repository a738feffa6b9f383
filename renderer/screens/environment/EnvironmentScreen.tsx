import type { ProjectKey } from '../../../shared/ids.ts'

/** One environment, with its tabs. */
export default function EnvironmentScreen({ project, tab }: { project: ProjectKey; tab: string }) {
  return (
    <h1>
      {project} {tab}
    </h1>
  )
}
