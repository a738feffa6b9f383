import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import { byBytes } from './byte-order.ts'
import { collect, type Found } from './collect.ts'
import type { ContextSource } from './dockerfile/source.ts'
import type { HashCache } from './hash-cache.ts'
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
  return hashed(contextDir, await collect(contextDir, patterns, { ignore }), hashes)
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
  const found = await collect(projectDir, globs, { wide: true, skip: ['.git', 'node_modules'] })
  return hashed(projectDir, found, hashes)
}

/** In milliseconds: how long looking at files may keep everything else waiting. */
const BREATH = 10

async function hashed(root: string, found: Map<string, Found>, hashes: HashCache): Promise<InputFile[]> {
  const paths = [...found].sort(([a], [b]) => byBytes(a, b))
  const files: (InputFile | Promise<InputFile>)[] = []
  let since = performance.now()
  for (const [shown, what] of paths) {
    if (what.kind === 'folder') files.push([shown, false, 'dir'])
    else if (what.kind === 'link') files.push([shown, false, `-> ${what.target}`])
    else {
      const file = path.join(root, shown)
      const known = hashes.remembered(file)
      files.push(known ? [shown, known.executable, known.sha256] : hashFile(hashes, file, shown))
    }
    if (performance.now() - since < BREATH) continue
    if (hashes.signal?.aborted) throw productError('cancelled', {})
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
  return Promise.all(files)
}

function hashFile(hashes: HashCache, file: string, shown: string): Promise<InputFile> {
  const hashed = hashes
    .hash(file, shown)
    .then(({ sha256, executable }): InputFile => [shown, executable, sha256])
  // Whoever asked waits for all of them later; until then a failure is not lost, but kept.
  hashed.catch(() => undefined)
  return hashed
}
