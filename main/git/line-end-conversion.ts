import { queryGit } from './query-git.ts'

/**
 * Those of the given modified files with CRLF line ends that git would convert to LF when they are added: by their
 * attributes, and by the person's `core.autocrlf`. Undefined when git does not answer.
 */
export async function convertedWhenAdded(
  root: string,
  files: string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Set<string> | undefined> {
  const [listed, setting] = await Promise.all([
    queryGit(root, ['ls-files', '--eol', '-z', '--', ...files], env),
    queryGit(root, ['config', '--default', 'false', '--get', 'core.autocrlf'], env),
  ])
  if (listed === undefined) return undefined
  const automatic = /^(?:true|input|yes|on|1)$/i.test(setting?.trim() ?? '')
  return new Set(
    listed.split('\0').flatMap((line) => {
      // As in git-ls-files(1): i/<line ends in the index> w/<in the working tree> attr/<attributes>, and the path.
      const [, index = '', tree = '', attributes = '', file = ''] =
        /^i\/(\S*)\s+w\/(\S*)\s+attr\/([^\t]*)\t(.*)$/s.exec(line) ?? []
      return isConverted(index, tree, attributes.trim(), automatic) ? [file] : []
    }),
  )
}

function isConverted(index: string, tree: string, attributes: string, automatic: boolean): boolean {
  if (/^(?:text|eol)(?:=(?!auto)|\s|$)/.test(attributes)) return true
  if (attributes === '' ? !automatic : !attributes.startsWith('text=auto')) return false
  // What was added with CRLF stays so, and what looks like no text, too.
  return !['crlf', 'mixed', '-text'].includes(index) && tree !== '-text'
}
