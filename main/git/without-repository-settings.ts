import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { scopedSettings } from './config-scopes.ts'
import { LONGEST_INDEX } from './index-file.ts'
import { readRegular } from './read-regular.ts'
import { type GitOptions, runGit } from './run-git.ts'
import type { GitResult } from './spawn-git.ts'

/** Settings of a repository that only say how files are written; each is a word, and none names a program or a file. */
const PLAIN = [
  'core.autocrlf core.eol core.filemode core.ignorecase core.longpaths core.precomposeunicode core.symlinks',
  'core.sparsecheckout core.sparsecheckoutcone',
].flatMap((keys) => keys.split(' '))
/** Of a repository's folder: patterns of paths (gitrepository-layout(5)). */
const PATTERNS = ['info/attributes', 'info/exclude', 'info/sparse-checkout']

/**
 * Runs git in a working tree, for what reads or writes its files, without the settings of its repository: code in an
 * environment can write those at any moment, and have them depend on where git runs (`includeIf`), so that a list of what
 * they name is never complete. In place of the repository's folder git gets one of ours, with the same objects and index,
 * with HEAD at the same commit, and with the settings that only say how files are written. The person's own settings and
 * filters, such as Git LFS, count. It knows no branches. What writes an index is to be given `keepIndex`, which gets the new
 * one: git would follow links to where the repository has it. Returns how git ended, or the first question about the
 * repository that it did not answer.
 * Errors: `git-missing`, `cancelled`.
 */
export async function runWithoutSettings(
  args: string[],
  root: string,
  options: GitOptions,
  keepIndex?: (index: Buffer) => void,
): Promise<GitResult> {
  const ours = await mkdtemp(path.join(tmpdir(), 'pristine-git-'))
  try {
    const found = await findRepository(root, options)
    if (!('index' in found)) return found
    await fillFolder(ours, found)
    const index = keepIndex ? path.join(ours, 'index') : found.index
    const repository = {
      GIT_DIR: ours,
      GIT_WORK_TREE: root,
      GIT_INDEX_FILE: index,
      GIT_OBJECT_DIRECTORY: found.objects,
    }
    const result = await runGit(args, { ...options, cwd: root, repository })
    if (result.code === 0) keepIndex?.(await readFile(index))
    return result
  } finally {
    await rm(ours, { recursive: true, force: true })
  }
}

/** What git gets of a repository: places on the disk, and texts. */
interface Found {
  folder: string
  index: string
  objects: string
  /** In the order of `PATTERNS`. */
  patterns: string[]
  /** The algorithm of its object ids. */
  hash: string
  /** None where the branch has no commit. */
  commit: string
  settings: string
}

async function findRepository(root: string, options: GitOptions): Promise<Found | GitResult> {
  const ask = (...args: string[]) => runGit(['-C', root, ...args], { ...options, cwd: root })
  const names = ['index', 'objects', ...PATTERNS].flatMap((name) => ['--git-path', name])
  const places = await ask(
    'rev-parse',
    '--show-object-format',
    '--path-format=absolute',
    '--git-dir',
    ...names,
  )
  if (places.code !== 0) return places
  const settings = await ask('config', '--null', '--show-scope', '--list')
  if (settings.code !== 0) return settings
  const head = await ask('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')
  const [hash = '', folder = '', index = '', objects = '', ...patterns] = places.stdout.trimEnd().split('\n')
  return { folder, index, objects, patterns, hash, commit: head.stdout, settings: settings.stdout }
}

async function fillFolder(ours: string, { folder, patterns, hash, commit, settings }: Found): Promise<void> {
  await Promise.all(['objects', 'refs', 'info'].map((name) => mkdir(path.join(ours, name))))
  await writeFile(path.join(ours, 'HEAD'), commit || 'ref: refs/heads/none\n')
  const extensions = hash === 'sha1' ? '' : `[extensions]\nobjectFormat = ${hash}\n`
  // An index that is written here is whole, whatever the person's settings say.
  const core = `[core]\nbare = false\nsplitIndex = false\nrepositoryFormatVersion = ${hash === 'sha1' ? 0 : 1}\n`
  await writeFile(path.join(ours, 'config'), `${core}${plainSettings(settings)}${extensions}`)
  for (const [at, name] of PATTERNS.entries()) await copy(patterns[at] ?? '', path.join(ours, name))
  // A split index has a part that is looked for beside the settings (gitformat-index(5)).
  for (const name of await readdir(folder).catch(() => []))
    if (/^sharedindex\.[0-9a-f]+$/.test(name)) await copy(path.join(folder, name), path.join(ours, name))
}

/**
 * Those of a list of settings (`git config --null --show-scope --list`) that git gets, as lines of the section `core`:
 * of the repository, or of the working tree alone.
 */
export function plainSettings(listed: string, { ofWorktree = false } = {}): string {
  let lines = ''
  for (const { scope, isOwn, setting } of scopedSettings(listed)) {
    const [key = '', value = 'true'] = setting.split(/\n(.*)/s)
    if (isOwn || (ofWorktree && scope !== 'worktree')) continue
    if (PLAIN.includes(key) && /^[A-Za-z0-9]+$/.test(value))
      lines += `${key.slice('core.'.length)} = ${value}\n`
  }
  return lines
}

async function copy(from: string, to: string): Promise<void> {
  const content = await readRegular(from, LONGEST_INDEX)
  if (content) await writeFile(to, content)
}
