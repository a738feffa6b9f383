import path from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import { listed } from '../../../shared/errors/wording.ts'
import { smallContent } from '../../files/small-text.ts'
import type { Attributes } from '../../git/file-attributes.ts'
import { readLineEnds } from '../../git/line-endings.ts'
import { objectIds } from '../../git/object-ids.ts'
import type { Checkout } from './checkout.ts'

/** So many inputs are compared with what git has, and each up to so many bytes. */
const MAX_COMPARED = 5_000
const LONGEST_COMPARED = 64 << 20

/**
 * Names the inputs whose content differs from git's index although `git status` may not show it: git is set not to check
 * them, or a filter that only some clones have set up changes them, or git writes them in another encoding with line ends that
 * clones choose. Because of these, one commit has another version here. `names` are all inputs, relative to the project's
 * folder, and `attributes` what git's attributes say of them. Only files of the first two kinds are read.
 */
export function hiddenChangeWarnings(
  checkout: Checkout,
  names: string[],
  attributes: ReadonlyMap<string, Attributes>,
): Warning[] {
  const { tree, folder } = checkout
  if (!tree) return []
  const unwatched = new Set(tree.unwatched())
  const isUnwatched = (name: string): boolean =>
    unwatched.size > 0 && unwatched.has(path.posix.join(folder, name))
  const candidates = names.filter((name) => isUnwatched(name) || isFiltered(attributes.get(name)))
  const differing = candidates
    .slice(0, MAX_COMPARED)
    .filter((name) => differs(checkout, path.posix.join(folder, name)))
  return [
    ...hiddenWarning(differing.filter(isUnwatched)),
    ...filterWarning(differing.filter((name) => !isUnwatched(name))),
    ...encodedWarning(names.filter((name) => isEncoded(attributes.get(name)))),
    ...uncomparedWarning(candidates.slice(MAX_COMPARED)),
  ]
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

function encodedWarning(names: string[]): Warning[] {
  if (names.length === 0) return []
  const message =
    `${listed(names)}: written by git in another encoding (working-tree-encoding), with the line ends of this clone. A clone ` +
    'with others (core.autocrlf, core.eol) has another version; "eol=lf" or "eol=crlf" beside it in .gitattributes makes ' +
    'them equal.'
  return [{ code: 'input-encoded', message }]
}

function uncomparedWarning(names: string[]): Warning[] {
  if (names.length === 0) return []
  const message =
    `${listed(names)}: not compared with what git keeps, because there are too many inputs that a filter changes, or that ` +
    'git is set not to check. A clone in which they are otherwise has another version.'
  return [{ code: 'input-not-compared', message }]
}

/** Whether git writes another content than it keeps. Git LFS has its own warning. */
function isFiltered(attributes: Attributes | undefined): boolean {
  const filter = attributes?.get('filter')
  return isValue(filter) ? filter !== 'lfs' : attributes?.get('ident') === 'set'
}

/** Whether git writes an encoding of which no line ends are known: only of UTF-8 those of the repository are found. */
function isEncoded(attributes: Attributes | undefined): boolean {
  const encoding = attributes?.get('working-tree-encoding')
  if (!isValue(encoding) || /^utf-?8$/i.test(encoding)) return false
  return !isValue(attributes?.get('eol')) && attributes?.get('text') !== 'unset'
}

const isValue = (value: string | undefined): value is string =>
  value !== undefined && !['set', 'unset', 'unspecified'].includes(value)

/** Whether a tracked file's content differs from git's index in more than its line ends. */
function differs({ root, tree }: Checkout, file: string): boolean {
  const tracked = tree?.find(file)
  if (tree === undefined || tracked?.kind !== 'file') return false
  const content = smallContent(root, file, LONGEST_COMPARED)
  if (content === undefined) return false
  const ids = [objectIds(content), readLineEnds(content)?.converted.object]
  return !ids.some((id) => id?.[tree.hash] === tracked.object)
}
