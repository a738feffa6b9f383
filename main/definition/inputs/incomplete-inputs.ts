import path from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import { listed } from '../../../shared/errors/wording.ts'
import { shellWord } from '../../../shared/shell-word.ts'
import { smallText } from '../../files/small-text.ts'
import { LONGEST_POINTER, largeFilePatterns, POINTER } from '../../git/lfs-pointer.ts'
import type { Checkout } from './checkout.ts'
import type { GitAttributes } from './gitattributes.ts'
import { NamePatterns } from './name-patterns.ts'

/**
 * The code of a warning of an input that this clone has not whole. Reported even when nothing is to be done: it may be
 * the reason.
 */
export const INCOMPLETE = 'input-incomplete'

/**
 * Says which inputs a whole clone has and this one has not: submodules, what a sparse checkout leaves out, and files of
 * which Git LFS has put only the pointer there. By these one commit has another version here. All paths count from the
 * project's folder: `names` are all inputs, `folders` the empty folders among them and the submodules that hooks use, `skipped`
 * what would be one.
 */
export function incompleteWarnings(
  checkout: Checkout,
  { names, folders, skipped }: { names: string[]; folders: string[]; skipped: string[] },
  attributes: GitAttributes[],
): Warning[] {
  const modules = folders.filter((name) => isModule(checkout, name))
  const pointers = checkout.tree ? pointersAmong(checkout, names, attributes) : []
  const told: [names: string[], what: string, command: string][] = [
    [modules, 'a submodule, which is not initialised and so an empty folder', updateCommand(modules)],
    [skipped, 'not here, because the checkout is sparse', 'git sparse-checkout disable'],
    [pointers, 'kept by Git LFS, and only the pointer to it is here', 'git lfs pull'],
  ]
  return told
    .filter(([names]) => names.length > 0)
    .map(([names, what, command]) => ({
      code: INCOMPLETE,
      message: `${listed(names)}: ${what}. A clone that has it whole makes another version; "${command}" brings it.`,
    }))
}

const updateCommand = (modules: string[]): string =>
  `git submodule update --init ${modules.slice(0, 5).map(shellWord).join(' ')}`

/** One that is initialised has a working tree of its own, in which it is the root. */
const isModule = ({ tree, folder }: Checkout, name: string): boolean =>
  tree?.find(path.posix.join(folder, name))?.kind === 'module'

function pointersAmong({ root, folder }: Checkout, names: string[], attributes: GitAttributes[]): string[] {
  const patterns = patternsIn(attributes)
  if (!patterns) return []
  return names.filter(
    (name) =>
      patterns.match(path.posix.basename(name)) &&
      smallText(root, path.posix.join(folder, name), LONGEST_POINTER)?.startsWith(POINTER),
  )
}

/** What the files are called that Git LFS keeps; undefined where it keeps none. */
function patternsIn(attributes: GitAttributes[]): NamePatterns | undefined {
  const patterns = attributes.flatMap(({ text }) => largeFilePatterns(text))
  return patterns.length === 0
    ? undefined
    : new NamePatterns(patterns.map((each) => path.posix.basename(each)))
}
