import { homedir } from 'node:os'
import path from 'node:path'
import { queryGit } from '../git/query-git.ts'
import { filesBelow, join, kindOf, realPlace } from './git-files.ts'

/** Settings whose values are names in git or whole working trees, and no files that git reads or runs. */
const NO_FILES =
  /^(?:branch\..*\.(?:merge|remote)|remote\..*\.(?:url|pushurl|fetch|push)|submodule\..*\.url|core\.worktree)$/

/**
 * The files below a root to which the settings of its repositories lead: what they include, and the programs that they name,
 * wherever these are. Code inside can write them later, also where git keeps only data. `names`: all that count already,
 * relative to the root.
 */
export async function filesOfSettings(
  root: string,
  names: Iterable<string>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Set<string>> {
  const found = new Set<string>()
  const left = [...names].filter((name) => isSettings(root, name))
  const seen = new Set(left)
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    for (const [key, value] of await settingsIn(root, file, env)) {
      for (const name of filesOfValue(root, file, key, value)) found.add(name)
      if (!/^include(?:if\..*)?\.path$/.test(key)) continue
      const included = realPlace(root, path.dirname(file), atHome(value))
      if (included === undefined || seen.has(included)) continue
      seen.add(included)
      left.push(included)
    }
  }
  return found
}

/** A repository's folder has them beside its HEAD. */
const isSettings = (root: string, name: string): boolean =>
  /(?:^|\/)config(?:\.worktree)?$/.test(name) &&
  kindOf(root, join(path.posix.dirname(name), 'HEAD')) !== undefined

/** As git reads a file, without what that includes; none of what is no file, or none that git reads. */
async function settingsIn(
  root: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<[key: string, value: string][]> {
  const place = realPlace(root, file)
  if (place === undefined || kindOf(root, place) !== 'file') return []
  const listed = await queryGit(root, ['config', '--file', place, '--no-includes', '--null', '--list'], env)
  return (listed ?? '').split('\0').flatMap((entry) => {
    const end = entry.indexOf('\n')
    const key = entry.slice(0, end)
    return end < 0 || NO_FILES.test(key) ? [] : [[key, entry.slice(end + 1)]]
  })
}

/** A path counts from the file itself or from the working tree; a program's may be any word of its command. */
function filesOfValue(root: string, file: string, key: string, value: string): string[] {
  const words = new Set([value, ...value.split(/[\s'"=;!]+/)].filter(Boolean))
  return [...words].flatMap((word) =>
    [path.dirname(file), ''].flatMap((from) => {
      const place = realPlace(root, from, atHome(word))
      const kind = place === undefined ? undefined : kindOf(root, place)
      if (place === undefined || kind === undefined) return []
      if (kind === 'folder') return key === 'core.hookspath' ? filesBelow(root, place) : []
      return [place]
    }),
  )
}

const atHome = (value: string): string => value.replace(/^~[^/]*(?=\/)/, () => homedir())
