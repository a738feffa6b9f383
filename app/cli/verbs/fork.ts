import { sanitize } from '../../../shared/sanitize.ts'
import { shellWord } from '../../../shared/shell-word.ts'
import { askingForTrust } from '../ask-trust.ts'
import { printNote } from '../output.ts'
import type { Session } from '../session.ts'
import { up } from './up.ts'

/** `pristine fork`: makes a worktree on a branch of its own, and brings its environment up. */
export async function fork(
  session: Session,
  options: { trust?: string[]; data?: string | true },
  [branch = '']: string[],
): Promise<number> {
  const { engine, folder, run } = session
  const data = options.data === true ? null : options.data
  const { path } = await askingForTrust(session, options.trust, (trust) =>
    engine.fork(folder, branch, { trust, data }, run),
  )
  if (!session.json) {
    session.settle()
    printNote(
      `${sanitize(`${path} is a worktree on the branch ${branch}`)}; "pristine -C ${shellWord(path)} rm --worktree" removes it.`,
    )
  }
  return up({ ...session, folder: path }, options, [])
}
