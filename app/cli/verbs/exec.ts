import { productError } from '../../../shared/errors.ts'
import { askingForTrust } from '../ask-trust.ts'
import type { Session } from '../session.ts'
import { openTerminal } from '../terminal.ts'

/** `pristine exec -- CMD`: runs a command in the environment and returns its exit code. */
export function exec(session: Session, _options: object, command: string[]): Promise<number> {
  return inTerminal((terminal) => session.engine.exec(session.folder, command, terminal, session.run.signal))
}

/** `pristine shell`: opens the user's shell in the environment. Needs a terminal. */
export function shell(session: Session): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw productError('usage', {
      problem: 'A shell needs a terminal.',
      hint: 'Use "pristine exec -- CMD" where there is none.',
    })
  }
  return inTerminal((terminal) => session.engine.shell(session.folder, terminal, session.run.signal))
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
