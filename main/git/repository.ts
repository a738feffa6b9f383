import { lstat, stat } from 'node:fs/promises'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'
import { readRegular } from './read-regular.ts'

/** The algorithm of a repository's object ids. */
export type ObjectHash = 'sha1' | 'sha256'

/** The location of a working tree's repository, and the settings that affect how files are read. */
export interface Repository {
  /** Its own folder: `.git`, or, of a worktree or submodule, where that file points (gitrepository-layout(5)). */
  folder: string
  hash: ObjectHash
  /** Whether the executable bit of the files on the disk means something (`core.fileMode`). */
  fileMode: boolean
}

const LARGEST = 1 << 20

/**
 * The repository of the working tree in a folder. `none`: there is nothing called `.git`. `unreadable`: there is, and it leads
 * nowhere, or what it leads to may not be read, or is no repository. Runs nothing.
 */
export async function openRepository(root: string): Promise<Repository | 'none' | 'unreadable'> {
  const git = path.join(root, '.git')
  if (await isMissing(git)) return 'none'
  const folder = await repositoryFolder(root, git)
  // Without one git takes it for no repository either.
  if (folder === undefined || !(await lstat(path.join(folder, 'HEAD')).catch(() => undefined)))
    return 'unreadable'
  const files = [path.join(await commonFolder(folder), 'config'), path.join(folder, 'config.worktree')]
  const texts = await Promise.all(files.map(readText))
  const settings = new Map(texts.flatMap((text) => [...settingsIn(text ?? '')]))
  return {
    folder,
    hash: settings.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    fileMode:
      process.platform !== 'win32' && !/^(?:false|no|off|0)$/i.test(settings.get('core.filemode') ?? ''),
  }
}

/** The folder that all worktrees of a repository share, given the own one of a working tree. */
export async function commonFolder(folder: string): Promise<string> {
  const common = await readText(path.join(folder, 'commondir'))
  return path.resolve(folder, common?.trim() ?? '.')
}

/** Whether there is nothing at a path, not even a link, as far as can be said: what may not be looked at can be there. */
export async function isMissing(place: string): Promise<boolean> {
  try {
    await lstat(place)
    return false
  } catch (error) {
    return isSystemError(error, 'ENOENT', 'ENOTDIR')
  }
}

async function repositoryFolder(root: string, git: string): Promise<string | undefined> {
  const stats = await stat(git).catch(() => undefined)
  if (stats?.isDirectory()) return git
  const pointer = /^gitdir: (.+?)\r?$/m.exec((await readText(git)) ?? '')?.[1]
  return pointer === undefined ? undefined : path.resolve(root, pointer)
}

const readText = async (file: string): Promise<string | undefined> =>
  (await readRegular(file, LARGEST))?.toString('utf8')

/**
 * The plain settings of a git configuration's text, `section.key` in lower case. What `git init` writes is enough:
 * sections with a name, and files that are included, are not looked at.
 */
function* settingsIn(text: string): Generator<[string, string]> {
  let section = ''
  for (const line of text.split('\n')) {
    const [, header, rest = ''] = /^\s*\[([^\]]*)\](.*)$/.exec(line) ?? []
    if (header !== undefined) section = header.trim().toLowerCase()
    const [, key, value = 'true'] =
      /^\s*([A-Za-z][\w-]*)\s*(?:=\s*([^#;]*))?/.exec(header === undefined ? line : rest) ?? []
    if (key !== undefined) yield [`${section}.${key.toLowerCase()}`, value.trim().replace(/^"(.*)"$/, '$1')]
  }
}
