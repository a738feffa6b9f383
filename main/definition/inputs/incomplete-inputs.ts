import { existsSync, fstatSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Warning } from '../../../shared/definition.ts'
import { listed } from '../../../shared/errors/wording.ts'
import { isSystemError } from '../../../shared/errors.ts'
import { openInside } from '../../files/open-inside.ts'
import { LONGEST_POINTER, largeFilePatterns, POINTER } from '../../git/lfs-pointer.ts'
import type { Checkout } from './checkout.ts'
import { NamePatterns } from './name-patterns.ts'

/**
 * The code of a warning of an input that this clone has not whole. Reported even when nothing is to be done: it may be
 * the reason.
 */
export const INCOMPLETE = 'input-incomplete'

/** So many folders are looked into for `.gitattributes`, and such a file is read up to so many bytes. */
const MAX_FOLDERS = 200
const LONGEST_ATTRIBUTES = 1 << 20

/**
 * Says which inputs a whole clone has and this one has not: submodules, what a sparse checkout leaves out, and files of
 * which Git LFS has put only the pointer there. By these one commit has another version here. All paths count from the
 * project's folder: `names` are all inputs, `folders` the empty folders among them, `skipped` what would be one.
 */
export function incompleteWarnings(
  checkout: Checkout,
  { names, folders, skipped }: { names: string[]; folders: string[]; skipped: string[] },
): Warning[] {
  const modules = folders.filter((name) => isModule(checkout, name))
  const pointers = checkout.tree ? pointersAmong(checkout, names) : []
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
  `git submodule update --init ${modules.slice(0, 5).join(' ')}`

/** One that is initialised has a working tree of its own, in which it is the root. */
const isModule = ({ tree, folder }: Checkout, name: string): boolean =>
  tree?.find(path.posix.join(folder, name))?.kind === 'module'

function pointersAmong({ root, folder }: Checkout, names: string[]): string[] {
  const files = folder === '' ? names : names.map((name) => path.posix.join(folder, name))
  const patterns = patternsFor(root, files)
  if (!patterns) return []
  return names.filter(
    (_, at) =>
      patterns.match(path.posix.basename(files[at] ?? '')) &&
      readSmall(root, files[at] ?? '', LONGEST_POINTER)?.startsWith(POINTER),
  )
}

/** What the files are called that Git LFS keeps, by the attributes in the folders of inputs; undefined where it keeps none. */
function patternsFor(root: string, files: string[]): NamePatterns | undefined {
  const folders = new Set([''])
  for (const file of files)
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const at = file.slice(0, end)
      if (folders.has(at) || folders.size === MAX_FOLDERS) break
      folders.add(at)
    }
  const patterns = [...folders].flatMap((at) =>
    largeFilePatterns(readSmall(root, path.posix.join(at, '.gitattributes'), LONGEST_ATTRIBUTES) ?? ''),
  )
  return patterns.length === 0
    ? undefined
    : new NamePatterns(patterns.map((each) => path.posix.basename(each)))
}

/** The text of a file of up to so many bytes; undefined for all others. */
function readSmall(root: string, file: string, most: number): string | undefined {
  // Most folders have no such file, and to open what is not there takes ten times as long.
  if (!existsSync(path.join(root, file))) return undefined
  try {
    using opened = openInside(root, file)
    const stats = fstatSync(opened.fd)
    return stats.isFile() && stats.size <= most ? readFileSync(opened.fd, 'utf8') : undefined
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
