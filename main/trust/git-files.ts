import { realpathSync } from 'node:fs'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { type Entry, listInside, statInside } from '../files/open-inside.ts'
import { isInside } from '../files/project-paths.ts'
import { smallText } from '../files/small-text.ts'
import { isUndecodable, undecodablePart } from '../files/undecodable-name.ts'

/**
 * Of git's own folder: what git itself changes while a person works (gitrepository-layout(5)). Everything else counts:
 * settings, what decides which files are ignored, hooks and whatever those run from a folder beside them.
 */
const DATA_OF_GIT =
  /^(?:objects|refs|logs|reftable|index|sharedindex\..*|.*\.lock|HEAD|.*_HEAD|packed-refs|.*_EDITMSG|.*_(?:MSG|MODE)|shallow|rebase-.*|sequencer|rr-cache|worktrees|modules|lfs|fsmonitor.*|gc\.(?:pid|log)|BISECT_.*)$/
/** Behind the name of a folder that cannot be listed: somebody who knows a name in it may still be able to use that. */
export const UNLISTED = '/'
/** In bytes, of a file that only names a folder. */
const LONGEST_POINTER = 64 * 1024

/**
 * What counts of the repository of a working tree: `git` is its `.git`, relative to the root. Also of the submodules in it,
 * and of what lies elsewhere in the root, because a link or a file leads there: git takes its settings from there then,
 * and whatever is ignored there is as good as in git's own folder. Names are relative to the root; some may come twice.
 */
export function filesOfGit(root: string, git: string): string[] {
  if (kindOf(root, git) === undefined) return []
  const place = realPlace(root, git)
  if (place === undefined) return [git]
  const files = repositoriesOf(root, git).flatMap((folder) => ofFolder(root, folder))
  if (kindOf(root, place) === 'folder') return [...(place === git ? [] : [git]), ...files]
  return [git, place, ...files]
}

/** The folders in which git has the repository of a working tree: `git` is its `.git`, relative to the root, as they are. */
export function repositoriesOf(root: string, git: string): string[] {
  const place = realPlace(root, git)
  if (place === undefined) return []
  if (kindOf(root, place) === 'folder') return withShared(root, place)
  const named = /^gitdir: (.+)$/m.exec(textOf(root, place))?.[1]
  const folder = named === undefined ? undefined : realPlace(root, path.dirname(git), named)
  return folder === undefined ? [] : withShared(root, folder)
}

/** Also the folder that has what worktrees share, if it is another one. */
function withShared(root: string, folder: string): string[] {
  const pointer = realPlace(root, folder, 'commondir')
  const named = pointer === undefined ? '' : textOf(root, pointer).trim()
  const shared = named === '' ? undefined : realPlace(root, folder, named)
  return [folder, ...(shared === undefined ? [] : [shared])]
}

function ofFolder(root: string, folder: string): string[] {
  const entries = entriesIn(root, folder)
  if (!entries) return [`${folder}${UNLISTED}`]
  const files = entries
    .filter(({ name }) => !DATA_OF_GIT.test(name))
    .flatMap((entry) => {
      const name = join(folder, entry.name)
      const place = entry.kind === 'link' ? realPlace(root, name) : undefined
      return [...filesBelow(root, name, entry.kind), ...(place === undefined ? [] : filesBelow(root, place))]
    })
  return [...files, ...ofModules(root, join(folder, 'modules'))]
}

/** What stands at a place of the root, and all below it, folders too. */
export function filesBelow(root: string, name: string, kind = kindOf(root, name)): string[] {
  if (kind !== 'folder') return [name]
  const entries = entriesIn(root, name)
  if (!entries) return [`${name}${UNLISTED}`]
  return [name, ...entries.flatMap((entry) => filesBelow(root, join(name, entry.name), entry.kind))]
}

/** The name of a submodule may have parts, each of which is a folder. */
function ofModules(root: string, folder: string): string[] {
  const entries = entriesIn(root, folder)
  if (!entries) return kindOf(root, folder) === undefined ? [] : [`${folder}${UNLISTED}`]
  return entries.flatMap(({ name, kind }) => {
    const here = join(folder, name)
    if (kind !== 'folder') return []
    // Git takes a link for it, too, and reads whatever else it is.
    const head = kindOf(root, join(here, 'HEAD'))
    if (head === undefined || head === 'folder') return ofModules(root, here)
    return withShared(root, here).flatMap((folder) => ofFolder(root, folder))
  })
}

/**
 * The place in the root where a path really leads, which counts from one of its folders; undefined for all others. From an
 * undecodable name on it is the path itself.
 */
export function realPlace(root: string, from: string, target = '.'): string | undefined {
  const whole = path.resolve(root, from, target)
  const real = orNothing(() => {
    if (!isUndecodable(whole)) return realpathSync(whole)
    const { folder, name } = undecodablePart(whole)
    return path.join(realpathSync(folder === '' ? '/' : folder), name)
  })
  if (real === undefined || !isInside(real, root)) return undefined
  return path.relative(root, real).replaceAll('\\', '/')
}

const textOf = (root: string, file: string): string => smallText(root, file, LONGEST_POINTER) ?? ''

/** A name in a folder of the root, which is `''`. */
export const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** What something in the root is; undefined where that cannot be looked at. */
export const kindOf = (root: string, name: string): Entry['kind'] | undefined =>
  orNothing(() => statInside(root, name)?.kind)

/** The entries of a folder of the root; undefined where that cannot be listed. */
export const entriesIn = (root: string, folder: string): Entry[] | undefined =>
  orNothing(() => listInside(root, folder))

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
