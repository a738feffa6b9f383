import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { InputFile } from '../../../shared/plan.ts'
import { byBytes } from '../../files/byte-order.ts'
import type { ProjectPaths } from '../../files/project-paths.ts'
import { readText } from '../../files/read-text.ts'
import { YieldToEventLoop } from '../../files/yield-to-event-loop.ts'
import { throughLinksInFiles } from '../../git/symlinks-as-files.ts'
import { type ContextSource, literal } from '../dockerfile/context-source.ts'
import type { Checkout } from './checkout.ts'
import { type CollectOptions, collectFiles, type Found } from './collect-files.ts'
import { Ignore, type IgnoreFile } from './dockerignore.ts'
import type { HashCache, HashedFile } from './hash-cache.ts'

/**
 * The ignore file of a build: `<Dockerfile>.dockerignore`, else the context's `.dockerignore`. Context and Dockerfile
 * are relative to the project's folder. Error: definition-invalid, as for every text of a repository.
 */
export async function readIgnore(
  project: ProjectPaths,
  context: string,
  dockerfile: string,
): Promise<IgnoreFile | undefined> {
  for (const file of [`${dockerfile}.dockerignore`, path.posix.join(context, '.dockerignore')]) {
    const at = await throughLinksInFiles(project, file)
    if (await lstat(path.join(project.path, at)).catch(() => undefined))
      return { file: path.basename(file), text: await readText(project, at) }
  }
  return undefined
}

/**
 * Exactly the files of a build context that its sources can read, after the ignore file, as every clone has them; sorted
 * by path. Errors: input-unreadable; definition-invalid for a malformed ignore file; cancelled.
 */
export async function contextFiles(
  checkout: Checkout,
  contextDir: string,
  sources: Pick<ContextSource, 'patterns'>[],
  ignoreFile: IgnoreFile | undefined,
): Promise<InputFile[]> {
  const ignore = new Ignore(ignoreFile)
  const patterns = sources.flatMap((source) => source.patterns)
  const folder = checkout.pathOf(contextDir)
  const found = await collectFiles(contextDir, patterns, { ...checkout.collecting(folder), ignore })
  return hashed(checkout, folder, found)
}

/**
 * The files of a project that globs match (`**` for any folders; wildcards match no `.git` and no folder `node_modules`), and what links
 * among them lead to in its repository; sorted by path, which counts from the project's folder.
 * Errors: input-unreadable, cancelled.
 */
export async function inputFiles(checkout: Checkout, globs: string[]): Promise<InputFile[]> {
  const { folder } = checkout
  const patterns = folder === '' ? globs : globs.map((glob) => `${literal(folder)}/${glob}`)
  return repositoryFiles(checkout, patterns, { ...checkout.collecting(''), wide: true })
}

/** The same for names from the repository's root, without globs. */
export function namedFiles(checkout: Checkout, names: string[]): Promise<InputFile[]> {
  return repositoryFiles(checkout, names.map(literal), checkout.collecting(''))
}

async function repositoryFiles(
  checkout: Checkout,
  patterns: string[],
  options: CollectOptions,
): Promise<InputFile[]> {
  const found = await collectFiles(checkout.root, patterns, { ...options, skip: ['node_modules'] })
  const files = await hashed(checkout, '', found)
  if (checkout.folder === '') return files
  return files
    .map(([name, ...rest]): InputFile => [path.posix.relative(checkout.folder, name), ...rest])
    .sort(([a], [b]) => byBytes(a, b))
}

async function hashed(checkout: Checkout, folder: string, found: Map<string, Found>): Promise<InputFile[]> {
  const { hashes } = checkout
  const root = path.join(checkout.root, folder)
  const others: InputFile[] = []
  const files: [string, HashedFile][] = []
  const later: Promise<unknown>[] = []
  const yieldTurns = new YieldToEventLoop(hashes.signal)
  for (const shown of [...found.keys()].sort(byBytes)) {
    const what = found.get(shown)
    if (!what || !checkout.counts(folder, shown)) continue
    if (what.kind === 'folder') others.push([shown, false, 'dir'])
    else if (what.kind === 'link') others.push([shown, false, `-> ${what.target}`])
    else {
      const hashed = hashes.hashAtOnce(root, shown)
      if (!hashed) later.push(hashLater(hashes, root, shown, files, files.length))
      files.push([shown, hashed ?? UNKNOWN])
    }
    if (yieldTurns.due) await yieldTurns.take()
  }
  await Promise.all(later)
  const inputs = await checkout.asInputs(folder, files)
  return others.length === 0 ? inputs : [...others, ...inputs].sort(([a], [b]) => byBytes(a, b))
}

/** In the place of a file whose hash is not known yet. */
const UNKNOWN: HashedFile = { sha256: '', executable: false }

function hashLater(
  hashes: HashCache,
  root: string,
  shown: string,
  files: [string, HashedFile][],
  at: number,
): Promise<void> {
  const hashed = hashes.hash(root, shown).then((known) => {
    files[at] = [shown, known]
  })
  // The caller awaits all of them later; until then a failure is kept, not lost.
  hashed.catch(() => undefined)
  return hashed
}
