import { lstat } from 'node:fs/promises'
import path from 'node:path'
import type { InputFile } from '../../shared/plan.ts'
import { Breath } from './breath.ts'
import { byBytes } from './byte-order.ts'
import { collect, type Found } from './collect.ts'
import type { ContextSource } from './dockerfile/source.ts'
import type { HashCache, HashedFile } from './hash-cache.ts'
import { Ignore, type IgnoreFile } from './ignore.ts'
import type { ProjectPlace } from './local-variables.ts'
import { readText } from './read-text.ts'

/**
 * The ignore file of a build: `<Dockerfile>.dockerignore`, else the context's `.dockerignore`. Context and Dockerfile
 * are relative to the project's folder. Error: definition-invalid, as for every text of a repository.
 */
export async function readIgnore(
  project: ProjectPlace,
  context: string,
  dockerfile: string,
): Promise<IgnoreFile | undefined> {
  for (const file of [`${dockerfile}.dockerignore`, path.posix.join(context, '.dockerignore')]) {
    if (await lstat(path.join(project.path, file)).catch(() => undefined))
      return { file: path.basename(file), text: await readText(project, file) }
  }
  return undefined
}

/**
 * Exactly the files of a build context that its sources can read, after the ignore file; sorted by path.
 * Errors: input-unreadable; definition-invalid for a malformed ignore file; cancelled.
 */
export async function contextFiles(
  contextDir: string,
  sources: Pick<ContextSource, 'patterns'>[],
  ignoreFile: IgnoreFile | undefined,
  hashes: HashCache,
): Promise<InputFile[]> {
  const ignore = new Ignore(ignoreFile)
  const patterns = sources.flatMap((source) => source.patterns)
  return hashed(contextDir, await collect(contextDir, patterns, { ignore, signal: hashes.signal }), hashes)
}

/**
 * The files of a project that globs match (`**` for any folders, but not into `.git` and `node_modules`);
 * sorted by path. Errors: input-unreadable, cancelled.
 */
export async function inputFiles(
  projectDir: string,
  globs: string[],
  hashes: HashCache,
): Promise<InputFile[]> {
  const skip = ['.git', 'node_modules']
  const found = await collect(projectDir, globs, { wide: true, skip, signal: hashes.signal })
  return hashed(projectDir, found, hashes)
}

async function hashed(root: string, found: Map<string, Found>, hashes: HashCache): Promise<InputFile[]> {
  const paths = [...found].sort(([a], [b]) => byBytes(a, b))
  const files: (InputFile | Promise<InputFile>)[] = []
  const breath = new Breath(hashes.signal)
  for (const [shown, what] of paths) {
    if (what.kind === 'folder') files.push([shown, false, 'dir'])
    else if (what.kind === 'link') files.push([shown, false, `-> ${what.target}`])
    else {
      const known = hashes.hashAtOnce(root, shown)
      files.push(known ? asInput(shown, known) : hashLater(hashes, root, shown))
    }
    if (breath.due) await breath.take()
  }
  return Promise.all(files)
}

const asInput = (shown: string, { sha256, executable }: HashedFile): InputFile => [shown, executable, sha256]

function hashLater(hashes: HashCache, root: string, shown: string): Promise<InputFile> {
  const hashed = hashes.hash(root, shown).then((file) => asInput(shown, file))
  // Whoever asked waits for all of them later; until then a failure is not lost, but kept.
  hashed.catch(() => undefined)
  return hashed
}
