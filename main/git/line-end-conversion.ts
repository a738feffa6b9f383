import path from 'node:path'
import { queryGit } from './query-git.ts'

/**
 * Those of the given modified files with CRLF line ends that git would convert to LF when they are added: by their
 * attributes, and by the person's `core.autocrlf`. `files`: by the submodules that hold them (`WorkingTree.byModule`). Undefined
 * when git does not answer.
 */
export async function convertedWhenAdded(
  root: string,
  files: ReadonlyMap<string, string[]>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Set<string> | undefined> {
  const found = await Promise.all([...files].map((each) => convertedIn(root, each, env)))
  return found.includes(undefined) ? undefined : new Set(found.flatMap((names) => names ?? []))
}

async function convertedIn(
  root: string,
  [module, files]: [module: string, files: string[]],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string[] | undefined> {
  const folder = path.join(root, module)
  const [listed, setting] = await Promise.all([
    queryGit(folder, ['ls-files', '--eol', '-z', '--', ...files], env),
    queryGit(folder, ['config', '--default', 'false', '--get', 'core.autocrlf'], env),
  ])
  const automatic = /^(?:true|input|yes|on|1)$/i.test(setting?.trim() ?? '')
  return listed?.split('\0').flatMap((line) => {
    // As in git-ls-files(1): i/<line ends in the index> w/<in the working tree> attr/<attributes>, and the path.
    const [, index = '', tree = '', attributes = '', file = ''] =
      /^i\/(\S*)\s+w\/(\S*)\s+attr\/([^\t]*)\t(.*)$/s.exec(line) ?? []
    return isConverted(index, tree, attributes.trim(), automatic) ? [path.posix.join(module, file)] : []
  })
}

function isConverted(index: string, tree: string, attributes: string, automatic: boolean): boolean {
  if (/^(?:text|eol)(?:=(?!auto)|\s|$)/.test(attributes)) return true
  if (attributes === '' ? !automatic : !attributes.startsWith('text=auto')) return false
  // What was added with CRLF stays so, and what looks like no text, too.
  return !['crlf', 'mixed', '-text'].includes(index) && tree !== '-text'
}
