import path from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import { listed } from '../../../shared/errors/wording.ts'
import { smallContent } from '../../files/small-text.ts'
import { filtersIn } from '../../git/filter-attributes.ts'
import { readLineEnds } from '../../git/line-endings.ts'
import { objectIds } from '../../git/object-ids.ts'
import { literal } from '../dockerfile/context-source.ts'
import type { Checkout } from './checkout.ts'
import type { GitAttributes } from './gitattributes.ts'
import { NamePatterns } from './name-patterns.ts'

/** So many inputs are compared with what git has, and each up to so many bytes. */
const MAX_COMPARED = 500
const LONGEST_COMPARED = 64 << 20

/**
 * Names the inputs whose content differs from git's index although `git status` may not show it: git is set not to check
 * them, or a filter that only some clones have set up changes them. Because of these, one commit has another version here.
 * `names` are all inputs, relative to the project's folder. Only files of these two kinds are read.
 */
export function hiddenChangeWarnings(
  checkout: Checkout,
  names: string[],
  attributes: GitAttributes[],
): Warning[] {
  const { tree, folder } = checkout
  if (!tree) return []
  const unwatched = new Set(tree.unwatched())
  const filtered = filteredBy(attributes)
  if (unwatched.size === 0 && !filtered) return []
  const candidates = names
    .map((name) => ({ name, file: path.posix.join(folder, name) }))
    .filter(({ file }) => unwatched.has(file) || filtered?.match(file))
    .slice(0, MAX_COMPARED)
  const differing = candidates.filter(({ file }) => differs(checkout, file))
  const hidden = differing.filter(({ file }) => unwatched.has(file)).map(({ name }) => name)
  const others = differing.filter(({ file }) => !unwatched.has(file)).map(({ name }) => name)
  return [...hiddenWarning(hidden), ...filterWarning(others)]
}

function hiddenWarning(names: string[]): Warning[] {
  if (names.length === 0) return []
  const options = '--no-assume-unchanged --no-skip-worktree'
  const message =
    `${listed(names)}: changed here, and git is set not to check ${names.length > 1 ? 'them' : 'it'}. Another clone of the ` +
    `same commit has another version; "git update-index ${options} ${names.slice(0, 5).join(' ')}" makes git show the change.`
  return [{ code: 'input-change-hidden', message }]
}

function filterWarning(names: string[]): Warning[] {
  if (names.length === 0) return []
  const message =
    `${listed(names)}: different from what git keeps, because of an edit or of a filter that git's attributes name. A clone ` +
    'in which that filter is not set up has another version.'
  return [{ code: 'input-filtered', message }]
}

/** The paths from the root that filters change; undefined if there are none. Git LFS has its own warning. */
function filteredBy(attributes: GitAttributes[]): NamePatterns | undefined {
  const patterns = attributes.flatMap(({ folder, text }) =>
    filtersIn(text)
      .filter(([, filter]) => filter !== 'lfs')
      .map(([pattern]) => {
        const below = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`
        return folder === '' ? below : `${literal(folder)}/${below}`
      }),
  )
  return patterns.length === 0 ? undefined : new NamePatterns(patterns)
}

/** Whether a tracked file's content differs from git's index in more than its line ends. */
function differs({ root, tree }: Checkout, file: string): boolean {
  const tracked = tree?.find(file)
  if (tree === undefined || tracked?.kind !== 'file') return false
  const content = smallContent(root, file, LONGEST_COMPARED)
  if (content === undefined) return false
  const ids = [objectIds(content), readLineEnds(content)?.converted.object]
  return !ids.some((id) => id?.[tree.hash] === tracked.object)
}
