import { homedir } from 'node:os'
import path from 'node:path'
import { isUndecodable } from '../files/undecodable-name.ts'
import { queryGit } from '../git/query-git.ts'
import { filesBelow, join, kindOf, realPlace, repositoriesOf } from './git-files.ts'

/** Settings whose values are names in git, and no files that git reads or runs. */
const NO_FILES =
  /^(?:branch\..*\.(?:merge|remote)|remote\..*\.(?:url|pushurl|fetch|push)|submodule\..*\.url)$/

type Setting = [key: string, value: string]

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
  const all = [...names]
  const read: { file: string; repository: string; settings: Setting[] }[] = []
  for (const file of new Set(all.filter((name) => isSettings(root, name))))
    read.push({ file, repository: folderOf(file), settings: await settingsIn(root, file, env) })
  const trees = workingTrees(root, all, read)
  const seen = new Set(read.map(({ file }) => file))
  for (let one = read.pop(); one !== undefined; one = read.pop()) {
    const { file, repository, settings } = one
    const bases = new Set([folderOf(file), '', ...(trees.get(repository) ?? [])])
    for (const [key, value] of settings) {
      for (const name of filesOfValue(root, bases, key, value)) found.add(name)
      if (!/^include(?:if\..*)?\.path$/.test(key)) continue
      const included = realPlace(root, folderOf(file), atHome(value))
      if (included === undefined || seen.has(included)) continue
      seen.add(included)
      read.push({ file: included, repository, settings: await settingsIn(root, included, env) })
    }
  }
  return found
}

const folderOf = (file: string): string => (file.includes('/') ? path.posix.dirname(file) : '')

/** The working trees of repositories, by the folders of these: those whose `.git` leads there, and those that they name. */
function workingTrees(
  root: string,
  names: readonly string[],
  read: readonly { repository: string; settings: Setting[] }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const trees = new Map<string, Set<string>>()
  const add = (repository: string, tree: string) =>
    trees.set(repository, (trees.get(repository) ?? new Set()).add(tree))
  for (const git of new Set(names.flatMap((name) => /^(?:.*\/)?\.git(?=\/|$)/.exec(name)?.[0] ?? [])))
    for (const repository of repositoriesOf(root, git)) add(repository, folderOf(git))
  for (const { repository, settings } of read)
    for (const [, value] of settings.filter(([key]) => key === 'core.worktree')) {
      const tree = realPlace(root, repository, value)
      if (tree !== undefined) add(repository, tree)
    }
  return trees
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
): Promise<Setting[]> {
  const place = realPlace(root, file)
  if (place === undefined || kindOf(root, place) !== 'file') return []
  const listed = await queryGit(root, ['config', '--file', place, '--no-includes', '--null', '--list'], env)
  return (listed ?? '').split('\0').flatMap((entry) => {
    const end = entry.indexOf('\n')
    const key = entry.slice(0, end)
    return end < 0 || NO_FILES.test(key) ? [] : [[key, entry.slice(end + 1)]]
  })
}

/** A path counts from one of these folders; a program's may be any word of its command. */
function filesOfValue(root: string, bases: ReadonlySet<string>, key: string, value: string): string[] {
  const words = new Set([value, ...value.split(/[\s'"=;!]+/)].filter(Boolean))
  return [...words].flatMap((word) =>
    [...bases].flatMap((from) => {
      const place = realPlace(root, from, atHome(word))
      if (place === undefined) return []
      if (isUndecodable(place)) return [place]
      const kind = kindOf(root, place)
      if (kind === undefined) return []
      if (kind === 'folder') return key === 'core.hookspath' ? filesBelow(root, place) : []
      return [place]
    }),
  )
}

const atHome = (value: string): string => value.replace(/^~[^/]*(?=\/)/, () => homedir())
