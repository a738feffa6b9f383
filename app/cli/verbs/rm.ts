import { existsSync } from 'node:fs'
import path from 'node:path'
import { printJson, printLine } from '../output.ts'
import type { Session } from '../session.ts'
import { count, describeBytes } from '../wording.ts'

/** `pristine rm`: removes the environment; data, versions and a fork's worktree only on an explicit word. */
export async function rm(
  session: Session,
  options: { data?: boolean; versions?: boolean; worktree?: boolean },
  [given = '']: string[],
): Promise<number> {
  const { engine, run } = session
  const folder = path.resolve(session.folder, given)
  const { worktree = false, data = false, versions = false } = options
  const removed = worktree
    ? await engine.removeFork(folder, run)
    : await engine.remove(folder, { data, versions }, run)
  session.settle()
  if (session.json) {
    printJson({ removed })
    return 0
  }
  const { containers, volumes, images, recipes } = removed
  for (const name of [...containers, ...volumes, ...images]) printLine(`removed ${name}`)
  if (recipes && recipes.count > 0)
    printLine(`removed ${count(recipes.count, 'recipe')}, ${describeBytes(recipes.bytes)}`)
  if (containers.length === 0) printLine('There was no environment.')
  if (worktree) return 0
  const kept = [
    ...(existsSync(folder) ? ['your folder'] : []),
    ...(data ? [] : ['data (--data)']),
    ...(versions ? [] : ['versions (--versions)']),
  ]
  if (kept.length > 0) printLine(`Kept: ${kept.join(', ')}.`)
  return 0
}
