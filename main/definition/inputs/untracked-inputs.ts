import path from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import { queryGit } from '../../git/query-git.ts'
import type { Checkout } from './checkout.ts'

/**
 * The code of a warning of a file that would be an input if git tracked it. Reported even when nothing is to be done:
 * it may be the reason.
 */
export const UNTRACKED = 'untracked-input'

/**
 * Those of the files (from the repository's root) that git neither tracks nor ignores. If git does not answer, none: what
 * it ignores is of this computer, often with secrets. `Checkout.unanswered` then has them.
 */
export async function notIgnored(checkout: Checkout, files: string[]): Promise<Set<string>> {
  if (files.length === 0) return new Set()
  const { root, env, unanswered } = checkout
  const found = new Set<string>()
  for (const [module, inside] of checkout.byModule(files)) {
    const args = ['ls-files', '-z', '--others', '--exclude-standard', '--', ...inside]
    const others = await queryGit(path.join(root, module), args, env)
    if (others === undefined) for (const file of inside) unanswered.add(path.posix.join(module, file))
    for (const file of others?.split('\0').filter(Boolean) ?? []) found.add(path.posix.join(module, file))
  }
  return found
}

/** What is worth saying of files (from the project's folder) that would be inputs if git tracked them. */
export const untrackedWarnings = (files: string[]): Warning[] =>
  files.map((file) => ({
    code: UNTRACKED,
    message: `${file} is not tracked by git, so it is not part of the version: "git add ${file}" makes it one.`,
  }))
