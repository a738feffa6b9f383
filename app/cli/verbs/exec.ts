import { productError } from '../../../shared/errors.ts'
import { askingForTrust } from '../ask-trust.ts'
import type { Session } from '../session.ts'
import { openTerminal } from '../terminal.ts'

interface OfService {
  service?: string
}

/** `pristine exec -- CMD`: runs a command in the environment and returns its exit code. */
export function exec(session: Session, { service }: OfService, command: string[]): Promise<number> {
  const { engine, folder, run } = session
  return inTerminal((terminal) => engine.exec(folder, command, terminal, run, service))
}

/** `pristine shell`: opens the user's shell in the environment. Needs a terminal. */
export function shell(session: Session, { service }: OfService): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw productError('usage', {
      problem: 'A shell needs a terminal.',
      hint: 'Use "pristine exec -- CMD" where there is none.',
    })
  }
  const { engine, folder, run } = session
  return inTerminal((terminal) => engine.shell(folder, terminal, run, service))
}

/** `pristine run -- CMD`: runs a command in a fresh container of the locked version. */
export function run(session: Session, options: { trust?: string[] }, command: string[]): Promise<number> {
  const { engine, folder, definition, frozen } = session
  return askingForTrust(session, options.trust, (trust) =>
    inTerminal((terminal) =>
      engine.run(folder, { definition, frozen, trust }, command, terminal, session.run),
    ),
  )
}

async function inTerminal(
  work: (terminal: ReturnType<typeof openTerminal>) => Promise<number>,
): Promise<number> {
  const terminal = openTerminal()
  try {
    return await work(terminal)
  } finally {
    terminal.restore()
  }
}
