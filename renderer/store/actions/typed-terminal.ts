import type { ProjectKey } from '../../../shared/ids.ts'
import type { TerminalId } from '../../../shared/terminal.ts'
import { client } from '../../client/client.ts'
import { go } from '../../route.ts'
import { notifyFailure } from '../app/notices.ts'

/** An initial size; the page sends the right one as soon as the terminal is shown. */
export const FIRST_SIZE = { columns: 80, rows: 24 }

/** In milliseconds: so long a shell may take to show that it reads. */
const PROMPT = 5_000

/** The terminal that a person asked for last, to be shown before those that were open already. */
const requested = new Map<ProjectKey, TerminalId>()

/** The terminal to show first, once. */
export function takeRequested(project: ProjectKey): TerminalId | undefined {
  const terminal = requested.get(project)
  requested.delete(project)
  return terminal
}

/** Opens a terminal with a command typed in, for the person to run or to change, and goes to it. */
export async function typeInTerminal(project: ProjectKey, command: string): Promise<void> {
  try {
    const { terminal } = await client.terminals.open({ project, size: FIRST_SIZE })
    await prompted(terminal)
    await client.terminals.write({ terminal, text: command })
    requested.set(project, terminal)
    go({ screen: 'environment', project, tab: 'terminal' })
  } catch (error) {
    notifyFailure(error)
  }
}

/** What is typed before a shell reads is shown twice. A silent one is not waited for. */
async function prompted(terminal: TerminalId): Promise<void> {
  const late = AbortSignal.timeout(PROMPT)
  try {
    for await (const event of await client.terminals.watch({ terminal, from: 0 }, { signal: late })) {
      if (event.kind === 'output' || event.kind === 'end') return
    }
  } catch (error) {
    if (!late.aborted) throw error
  }
}
