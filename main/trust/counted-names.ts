import path from 'node:path'
import { isUndecodable } from '../files/undecodable-name.ts'
import type { YieldToEventLoop } from '../files/yield-to-event-loop.ts'
import { IgnoredFiles } from '../git/ignored-files.ts'
import { queryGit } from '../git/query-git.ts'
import { entriesIn, filesOfGit, join, kindOf, UNLISTED } from './git-files.ts'
import { look } from './look.ts'

/** What counts of a project, by names relative to its git root. */
export interface CountedNames {
  /** Of all that counts, whatever it is, and of the folders in which it is; of one that cannot be listed, also with `UNLISTED`. */
  names: Set<string>
  /** What else is in each folder, with its inode and when that was made: folders, and what git ignores. */
  others: Map<string, string[]>
}

interface Reading extends CountedNames {
  root: string
  env: Readonly<Record<string, string | undefined>>
  breath: YieldToEventLoop
}

/** Not searched if git does not report what is ignored: what package managers create. */
const SKIPPED = 'node_modules'

/**
 * Lists a git root itself, because git does not name all that a command could read: it leaves out pipes, sockets, devices, and
 * folders that it cannot list. Git is asked what it tracks and, of everything else, what it ignores. Ignore files count even
 * if they ignore themselves: they hide others. Undecodable names always count, and what is below them is not listed.
 * Error: `cancelled`.
 */
export async function countedNames(
  root: string,
  env: Reading['env'],
  breath: YieldToEventLoop,
): Promise<CountedNames> {
  const reading: Reading = { root, env, breath, names: new Set(), others: new Map() }
  // A repository in the repository counts by its own rules: code inside can make any folder one.
  for (const trees = ['']; trees.length > 0; ) trees.push(...(await addTree(reading, trees.pop() ?? '')))
  return reading
}

/** Adds what counts of a working tree; returns the folders of the repositories in it. */
async function addTree(reading: Reading, top: string): Promise<string[]> {
  const { root, names, others, breath } = reading
  for (const name of filesOfGit(root, join(top, '.git'))) names.add(name)
  const rules = await rulesOf(reading, top)
  for (const name of rules.tracked) names.add(name)
  const folders = foldersOf(rules.tracked)
  const trees: string[] = []
  for (let level = [top]; level.length > 0; ) {
    const unsure: Entry[] = []
    for (const folder of level) {
      if (breath.due) await breath.take()
      const entries = entriesIn(root, folder)
      names.add(folder)
      if (!entries) names.add(`${folder}${UNLISTED}`)
      if (folder !== top && entries?.some(({ name }) => name === '.git')) {
        trees.push(folder)
        continue
      }
      others.set(folder, [])
      for (const { name: own, kind } of entries ?? []) {
        if (own === '.git') continue
        const name = join(folder, own)
        const isFolder = kind === 'folder'
        if (isFolder) addOther(reading, folder, name)
        if (isUndecodable(name) || (own === '.gitignore' && !isFolder)) names.add(name)
        else if (isFolder && folders.has(name)) level.push(name)
        // A submodule, of which git tells nothing here.
        else if (isFolder && rules.tracked.has(name)) trees.push(name)
        else if (!rules.tracked.has(name)) unsure.push({ folder, name, isFolder })
      }
    }
    const isIgnored = await rules.ignored(unsure.map(({ name }) => name))
    level = []
    for (const { folder, name, isFolder } of unsure) {
      if (isIgnored(name)) addOther(reading, folder, name)
      else if (isFolder) level.push(name)
      else names.add(name)
    }
  }
  return trees
}

interface Entry {
  folder: string
  name: string
  isFolder: boolean
}

/** A file system may give the inode of what was removed to what is made next. */
function addOther({ root, others }: Reading, folder: string, name: string): void {
  const found = look(path.join(root, name))
  others.get(folder)?.push(`${name} ${found?.ino} ${found?.birthtimeNs}`)
}

interface Rules {
  tracked: ReadonlySet<string>
  ignored(names: string[]): Promise<(name: string) => boolean>
}

/** The rules of a working tree; where git does not answer, everything but dependencies counts. */
async function rulesOf({ root, env }: Reading, top: string): Promise<Rules> {
  const isTree = kindOf(root, join(top, '.git')) !== undefined
  const listed = isTree
    ? await queryGit(path.join(root, top), ['ls-files', '-z', '--cached'], env)
    : undefined
  const isSkipped = (name: string) => path.posix.basename(name) === SKIPPED
  if (listed === undefined) return { tracked: new Set(), ignored: async () => isSkipped }
  const files = new IgnoredFiles(path.join(root, top), env)
  const below = (name: string) => (top === '' ? name : name.slice(top.length + 1))
  return {
    tracked: new Set(listed.split('\0').flatMap((name) => (name === '' ? [] : [join(top, name)]))),
    ignored: async (names) => {
      const known = await files.among(names.map(below))
      return (name) => known.get(below(name)) ?? isSkipped(name)
    },
  }
}

function foldersOf(names: Iterable<string>): Set<string> {
  const folders = new Set<string>()
  for (const name of names)
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
      if (folders.has(name.slice(0, slash))) break
      folders.add(name.slice(0, slash))
    }
  return folders
}
