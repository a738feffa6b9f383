import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine, printTable } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine list`: every project on this computer. */
export async function list(session: Session): Promise<number> {
  const projects = await session.engine.list()
  session.settle()
  if (session.json) {
    printJson({ projects })
    return 0
  }
  if (projects.length === 0) {
    printLine('No project yet. Run "pristine up" in a folder with a devcontainer.json or a Dockerfile.')
    return 0
  }
  printTable(
    projects.map(({ name, branch, state, version, ports, path }) => [
      colour('bold', sanitize(name)),
      branch ?? '-',
      state,
      version ? `v${version.ordinal}` : '-',
      ports.map((port) => `:${port.host}`).join(' ') || '-',
      colour('dim', sanitize(path)),
    ]),
  )
  return 0
}
