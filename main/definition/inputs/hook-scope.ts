import { fstatSync, readSync } from 'node:fs'
import { isSystemError } from '../../../shared/errors.ts'
import { type Listed, linkTarget, listFiles } from '../../files/list-files.ts'
import { type Opened, openInside } from '../../files/open-inside.ts'
import { readPrefix } from '../../files/read-prefix.ts'
import type { WorkingTree } from '../../git/working-tree.ts'
import type { Merged } from '../read-project.ts'
import type { Checkout } from './checkout.ts'
import { type HookScope, isSearched } from './hook-inputs.ts'

/** In bytes: a longer text is no script that a person writes. */
const LONGEST_PROGRAM = 1 << 20
/** In bytes: a longer text holds data, and no names of files. */
const LONGEST_DATA = 256 << 10

/** The files among which hooks can name some. `otherwise`: as of `inputsToday`. */
export async function hookScope(
  checkout: Checkout,
  services: { merged: Merged }[],
  otherwise: ReadonlyMap<string, () => Opened> = new Map(),
): Promise<HookScope & { cut: boolean }> {
  const { root, folder, tree, hashes } = checkout
  const all = tree ? trackedFiles(checkout, tree) : await listFiles(root, '', hashes.signal)
  const read = (file: string, named: boolean) =>
    readText(otherwise.get(file) ?? (() => openInside(root, file)), file, named)
  const found = services.flatMap(({ merged }) => workspaceIn(merged) ?? [])
  const workspaces = [...new Map(found.map((one) => [one.source, one])).values()]
  const modules = [...(tree?.paths('module') ?? [])]
  return {
    folder,
    workspaces,
    modules,
    ...all,
    files: [...new Set([...all.files, ...otherwise.keys()])],
    read,
  }
}

/** The place of a project for which its definition names none. */
const DEFAULT_WORKSPACE = /(?<![\w.})-])\/workspaces\/[^/\s"'`;|&()<>*?[]+/g

/** Where the project's folder is in a container; undefined for a path that is known only on a computer. */
function workspaceIn({ run: { workspaceFolder } }: Pick<Merged, 'run'>): RegExp | undefined {
  if (workspaceFolder.startsWith('/workspaces/${')) return DEFAULT_WORKSPACE
  if (workspaceFolder.includes('${') || workspaceFolder === '/') return undefined
  const place = workspaceFolder.replaceAll(/[^\w/]/g, String.raw`\$&`)
  return new RegExp(String.raw`(?<![\w.})-])${place}(?![\w.-])`, 'g')
}

function trackedFiles(checkout: Checkout, tree: WorkingTree): Listed {
  const files = [...tree.paths('file')]
  const links = new Map<string, string>()
  for (const link of tree.paths('link')) {
    files.push(link)
    const leads = linkTarget(link, checkout.linkTarget(link))
    if (leads !== undefined) links.set(link, leads)
  }
  return { files, links, cut: false }
}

/** The text of a file that is searched for names, because of its kind or because it is `named`; undefined for all others. */
function readText(open: () => Opened, file: string, named: boolean): string | undefined {
  try {
    using opened = open()
    const stats = fstatSync(opened.fd)
    if (!stats.isFile() || stats.size > LONGEST_PROGRAM) return undefined
    const head = Buffer.alloc(2)
    const length = readSync(opened.fd, head, 0, 2, 0)
    const isProgram = isSearched(file, head.toString('latin1', 0, length))
    if (!isProgram && (!named || stats.size > LONGEST_DATA)) return undefined
    const content = readPrefix(opened.fd, stats.size)
    return isProgram || !content.includes(0) ? content.toString('utf8') : undefined
  } catch (error) {
    // Whether it can be read is found and reported when it is hashed.
    if (isSystemError(error)) return undefined
    throw error
  }
}
