import type { Warning } from '../../../shared/definition.ts'
import { listed } from '../../../shared/errors/wording.ts'
import { shellWord } from '../../../shared/shell-word.ts'
import { smallText } from '../../files/small-text.ts'
import type { Attributes } from '../../git/file-attributes.ts'
import { LONGEST_POINTER, POINTER } from '../../git/lfs-pointer.ts'
import type { Checkout } from './checkout.ts'
import type { MissingInputs } from './missing-inputs.ts'
import { fromRoot } from './project-inputs.ts'

/**
 * The code of a warning of an input that this clone has not whole. Reported even when nothing is to be done: it may be
 * the reason.
 */
export const INCOMPLETE = 'input-incomplete'

/**
 * Says which inputs a whole clone has and this one has not: submodules, what a sparse checkout leaves out, and files of
 * which Git LFS has put only the pointer there. By these one commit has another version here. All paths count from the
 * project's folder: `names` are all inputs, and `attributes` what git's attributes say of them.
 */
export function incompleteWarnings(
  checkout: Checkout,
  names: string[],
  { files, modules }: MissingInputs,
  attributes: ReadonlyMap<string, Attributes>,
): Warning[] {
  const pointers = names.filter(
    (name) =>
      attributes.get(name)?.get('filter') === 'lfs' &&
      smallText(checkout.root, fromRoot(checkout, name), LONGEST_POINTER)?.startsWith(POINTER),
  )
  const told: [names: string[], what: string, command: string][] = [
    [modules, 'a submodule, which is not initialised and so an empty folder', updateCommand(modules)],
    [files, 'not here, because the checkout is sparse', 'git sparse-checkout disable'],
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
