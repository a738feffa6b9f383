import { openSessions } from '../docker/exec/exec.ts'
import { readCurrentState } from '../environment/current-state.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'

/** The number of open terminals and interactive commands in a project's environment, of any process. */
export async function countSessions(host: Host, project: Project): Promise<number> {
  const { engine, facts } = await readCurrentState(host, project)
  const open = await Promise.all(
    facts.containers.map(({ id, running }) => (running ? openSessions(engine, id) : 0)),
  )
  return open.reduce((sum, count) => sum + count, 0)
}
