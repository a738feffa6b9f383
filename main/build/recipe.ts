import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import { ensureFolder, type Home } from '../project/home.ts'
import type { Project } from '../project/open.ts'
import { storePlan } from '../version/recipes.ts'
import type { Planned } from './plan.ts'

/**
 * Contexts up to this many files are kept, and of a version's inputs, the smallest first, up to this many bytes: what is
 * larger is in the repository, and seldom another one.
 */
const MOST_FILES = 20_000
const MOST_BYTES = 128 * 1024 * 1024
const AT_ONCE = 16
const NO_FOLLOW = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

interface Content {
  file: string
  sha256: string
  size: number
}

/**
 * Keeps the plan and the contents of its inputs, so that a version can be explained and built again without its image. A
 * content is kept once, whichever versions have it. Errors: `storage-failed`.
 */
export async function keepRecipe(
  home: Home,
  project: Project,
  { id, plan, services }: Planned,
): Promise<void> {
  await storePlan(home, id, plan)
  await ensureFolder(home.blobs)
  const inputs = await contentsOf(project.path, plan.inputs)
  const contexts = await Promise.all(
    plan.services.map(({ files }, index) =>
      contentsOf(services[index]?.contextFolder ?? project.path, files.length > MOST_FILES ? [] : files),
    ),
  )
  const contents = new Map([...inputs, ...contexts.flat()].map((content) => [content.sha256, content]))
  let room = MOST_BYTES
  const kept = [...contents.values()]
    .sort((a, b) => a.size - b.size)
    .filter(({ size }) => {
      room -= size
      return room >= 0
    })
  const next = kept.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const content of next) await keepContent(home, content)
    }),
  )
}

/** The contents of planned files, as large as they are now; what is gone or no file is left to the build to tell. */
async function contentsOf(folder: string, inputs: InputFile[]): Promise<Content[]> {
  const found = await Promise.all(
    inputs.map(async ([name, , sha256]): Promise<Content[]> => {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return []
      const file = path.join(folder, name)
      const stats = await lstat(file).catch(() => undefined)
      return stats?.isFile() ? [{ file, sha256, size: stats.size }] : []
    }),
  )
  return found.flat()
}

/**
 * A file that changed since it was planned is not kept: the build will find that out and say so. Not waited for is the
 * disk, which takes longer than all else: what a power failure cuts is seen where it is read, and kept anew.
 */
async function keepContent(home: Home, { file, sha256, size }: Content): Promise<void> {
  const blob = path.join(home.blobs, sha256)
  const known = await stat(blob).catch(() => undefined)
  // One of another size was damaged.
  if (known?.size === size) return
  const source = await open(file, constants.O_RDONLY | NO_FOLLOW).catch(() => undefined)
  if (!source) return
  const temporary = `${blob}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const content = await source.readFile()
    const hash = createHash('sha256').update(content)
    await writeFile(temporary, content, { mode: 0o600 })
    if (hash.digest('hex') === sha256) await rename(temporary, blob)
    else await rm(temporary, { force: true })
  } catch (error) {
    await rm(temporary, { force: true })
    throw productError('storage-failed', { path: blob, problem: (error as Error).message }, { cause: error })
  } finally {
    await source.close()
  }
}
