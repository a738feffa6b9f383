import { randomBytes } from 'node:crypto'
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { productError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import { storeReading } from '../definition/version-files.ts'
import { gitRootOf, pathInGitRoot } from '../files/project-paths.ts'
import { smallContent } from '../files/small-text.ts'
import { YieldToEventLoop } from '../files/yield-to-event-loop.ts'
import { contentWithHash } from '../git/line-endings.ts'
import type { Planned } from '../plan/plan.ts'
import { storePlan } from '../plan/plan-store.ts'
import { ensureFolder, type Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { withStoreLock } from '../store/store-lock.ts'
import { WHOLE } from './context-tar.ts'
import { announceRecipe } from './needed-recipes.ts'

/**
 * Contexts up to this many files are kept, and of a version's inputs, the smallest first, up to this many bytes: what is
 * larger is in the repository, and seldom another one.
 */
const MAX_FILES = 20_000
const MAX_BYTES = 128 * 1024 * 1024
/** In bytes: so much of it is in memory until the engine has it all. */
const MAX_HELD = 64 * 1024 * 1024

interface Content {
  /** The file is `name` below `root`. */
  root: string
  name: string
  sha256: string
  size: number
  /** A build sends it whole. */
  isSent: boolean
}

/**
 * Keeps contents of a build's context: in memory while they are sent, because many small files are written more slowly than
 * the engine takes them, and on the disk while the engine works.
 */
export interface ContentWriter {
  /** Keeps a content, if it is one of those that are kept. */
  add(sha256: string, content: Buffer): void
  /** A build was sent all: begins to write. */
  write(): void
  /** To be called before the version is recorded: waits, and keeps what was not sent. Error: `storage-failed`. */
  end(): Promise<void>
  /** Gives up what is not written yet. */
  stop(): void
}

/**
 * Keeps the plan and the contents of its inputs, so that a version can be explained and built again without its image. A
 * content is kept once, whichever versions have it. Only for the project's writer: what it keeps is not pruned before its
 * ledger has the version. `whileSent` leaves what a build sends to the keeper that is returned, so that each file is read
 * once, and written while the engine works; otherwise nothing is left to it.
 * Errors: `storage-failed`, `busy`.
 */
export function storeRecipe(
  home: Home,
  project: Project,
  planned: Pick<Planned, 'id' | 'plan' | 'services' | 'definition'>,
  { whileSent = false } = {},
): Promise<ContentWriter> {
  return withStoreLock(home, async () => {
    const { id, plan, definition } = planned
    await announceRecipe(home, project.key, id)
    await storePlan(home, id, plan)
    await storeReading(home, id, definition)
    await ensureFolder(home.blobs)
    const contents = await contentsOf(project, planned)
    const later = contents.filter(({ isSent }) => whileSent && isSent)
    await keepAll(
      home,
      contents.filter(({ isSent }) => !(whileSent && isSent)),
    )
    return contentWriter(home, later)
  })
}

function contentWriter(home: Home, contents: Content[]): ContentWriter {
  const left = new Map(contents.map((content) => [content.sha256, content]))
  const sent = new Map<string, Buffer>()
  let room = MAX_HELD
  let writing = Promise.resolve()
  const keepNow = (kept: Iterable<[string, Buffer]>) => {
    const earlier = writing
    writing = earlier.then(() => writeAll(home, kept))
    // Reported at the end, because it would break what is being sent.
    writing.catch(() => {})
  }
  const write = () => keepNow(taken(sent))
  return {
    add(sha256, content) {
      if (!left.delete(sha256)) return
      room -= content.length
      if (room >= 0) sent.set(sha256, content)
      else keepNow([[sha256, content]])
    },
    write,
    async end() {
      write()
      await writing
      await keepAll(home, left.values())
    },
    stop: () => sent.clear(),
  }
}

/** What is taken out while it is written: each service's build sends its part. */
function* taken(sent: Map<string, Buffer>): Generator<[string, Buffer]> {
  for (const [sha256, content] of sent) {
    sent.delete(sha256)
    yield [sha256, content]
  }
}

async function writeAll(home: Home, contents: Iterable<[string, Buffer]>): Promise<void> {
  const yieldTurns = new YieldToEventLoop()
  for (const [sha256, content] of contents) {
    writeContent(home, sha256, content)
    if (yieldTurns.due) await yieldTurns.take()
  }
}

/** What is kept of a version's inputs, the smallest first. */
async function contentsOf(
  project: Project,
  { plan, services }: Pick<Planned, 'plan' | 'services'>,
): Promise<Content[]> {
  const yieldTurns = new YieldToEventLoop()
  const contents = new Map<string, Content>()
  const add = async (folder: string, files: InputFile[], sent: boolean) => {
    for (const file of files) {
      const content = contentOf(folder, file, sent)
      if (content) contents.set(content.sha256, content)
      if (yieldTurns.due) await yieldTurns.take()
    }
  }
  for (const [index, { files, features = [] }] of plan.services.entries()) {
    await add(services[index]?.contextFolder ?? project.path, files.length > MAX_FILES ? [] : files, true)
    for (const feature of features) await add(path.join(project.path, feature.id), feature.files, false)
  }
  const inProject = pathInGitRoot(project)
  const fromRoot = plan.inputs.map(
    ([name, ...rest]): InputFile => [path.posix.join(inProject, name), ...rest],
  )
  await add(gitRootOf(project), fromRoot, false)
  let room = MAX_BYTES
  return [...contents.values()]
    .sort((a, b) => a.size - b.size)
    .filter(({ size }) => {
      room -= size
      return room >= 0
    })
}

async function keepAll(home: Home, contents: Iterable<Content>): Promise<void> {
  const yieldTurns = new YieldToEventLoop()
  for (const content of contents) {
    keepContent(home, content)
    if (yieldTurns.due) await yieldTurns.take()
  }
}

/**
 * The content of a planned file at its current size; a file that is missing or not regular is left for the build to
 * report.
 */
function contentOf(root: string, [name, , sha256]: InputFile, sent: boolean): Content | undefined {
  if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined
  const size = sizeOf(path.join(root, name))
  return size === undefined ? undefined : { root, name, sha256, size, isSent: sent && size <= WHOLE }
}

/** In bytes; undefined for what is no file, or cannot be looked at. */
function sizeOf(file: string): number | undefined {
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false })
    return stats?.isFile() ? stats.size : undefined
  } catch {
    return undefined
  }
}

/** A file that changed since it was planned is not stored: the build detects that and reports it. */
function keepContent(home: Home, { root, name, sha256, size }: Content): void {
  // One of another size was damaged.
  if (sizeOf(path.join(home.blobs, sha256)) === size) return
  const read = smallContent(root, name, size)
  const content = read && contentWithHash(read, sha256)
  if (content !== undefined) writeContent(home, sha256, content)
}

/**
 * Not waited for is the disk, which takes longer than all else: what a power failure cuts is seen where it is read, and
 * kept anew.
 */
function writeContent(home: Home, sha256: string, content: Buffer): void {
  const blob = path.join(home.blobs, sha256)
  if (sizeOf(blob) === content.length) return
  const temporary = `${blob}.${randomBytes(4).toString('hex')}.tmp`
  try {
    writeFileSync(temporary, content, { mode: 0o600 })
    renameSync(temporary, blob)
  } catch (error) {
    remove(temporary)
    throw productError(
      'storage-failed',
      { path: blob, problem: (error as Error).message, of: 'home' },
      { cause: error },
    )
  }
}

function remove(temporary: string): void {
  try {
    rmSync(temporary, { force: true })
  } catch {
    // An earlier failure is the one reported.
  }
}
