import { sanitize } from '../../../shared/sanitize.ts'
import { colour, printJson, printLine, printTable } from '../output.ts'
import type { Session } from '../session.ts'

/** `pristine ports`: container ports and where they are reached. */
export async function ports(session: Session): Promise<number> {
  const found = await session.engine.ports(session.folder)
  session.settle()
  if (session.json) printJson({ ports: found })
  else if (found.length === 0)
    printLine('No port is published. Name ports with "forwardPorts" in the definition.')
  else {
    const several = new Set(found.map(({ service }) => service)).size > 1
    printTable(
      found.map((port) => [
        ...(several ? [sanitize(port.service)] : []),
        String(port.container),
        port.protocol,
        colour('cyan', `${port.scheme ? `${port.scheme}://` : ''}${port.address}:${port.host}`),
        sanitize(port.label ?? ''),
      ]),
    )
  }
  return 0
}
