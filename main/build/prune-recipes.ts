import type { Dirent } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { UnneededStore } from '../../shared/cleanup.ts'
import { type ProjectKey, VersionId } from '../../shared/ids.ts'
import type { Host } from '../host/host.ts'
import { planFile } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import { projectKeys } from '../store/project-records.ts'
import { withStoreLock } from '../store/store-lock.ts'
import { findNeeded } from './needed-recipes.ts'
import { staleRecordings } from './stale-recordings.ts'

/** In milliseconds: no file takes longer to write. */
const DAY = 86_400_000

type PruneContext = Pick<Host, 'home' | 'engine'>

/**
 * What of the data folder no version of any project needs. `own` is the project whose only writer asks.
 * Errors: `busy`, those of the engine.
 */
export const findUnneededRecipes = (host: PruneContext, own?: ProjectKey): Promise<UnneededStore> =>
  withStoreLock(host.home, async () => (await findUnneeded(host, own)).use)

/**
 * Removes from the data folder what no version of any project needs: recipes, contents that no other recipe has, and
 * recordings.
 * What a crash leaves is removed the next time. Errors: `busy`, `storage-failed`, those of the engine.
 */
export function pruneRecipes(host: PruneContext, own?: ProjectKey): Promise<UnneededStore> {
  return withStoreLock(host.home, async () => {
    const { use, files } = await findUnneeded(host, own)
    // A recipe is of no use without its contents, so it goes first.
    for (const { file } of files) await rm(file, { recursive: true, force: true })
    return use
  })
}

interface Found {
  file: string
  bytes: number
}

async function findUnneeded(
  host: PruneContext,
  own: ProjectKey | undefined,
): Promise<{ use: UnneededStore; files: Found[] }> {
  const { home } = host
  const isNeeded = await findNeeded(host, own)
  if (!isNeeded) return { use: { kind: 'recipes', count: 0, bytes: 0 }, files: [] }
  const versions = (await entriesOf(home.versions)).flatMap(
    ({ name }) => VersionId.safeParse(name).data ?? [],
  )
  const doomed = versions.filter((id) => !isNeeded(id))
  const recipes = await Promise.all(doomed.map((id) => measure(home.version(id))))
  const contents = await unneededContents(home, versions.filter(isNeeded))
  const recordings = await Promise.all(
    (await projectKeys(host)).map((key) => staleRecordings(home, key, isNeeded)),
  )
  const files = [...recipes, ...contents, ...recordings.flat()]
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0)
  return { use: { kind: 'recipes', count: doomed.length, bytes }, files }
}

/** The kept contents that none of these versions' plans names, and what crashes left of others. */
async function unneededContents(home: Home, versions: VersionId[]): Promise<Found[]> {
  const named = new Set<string>()
  for (const id of versions) {
    // Any hash in it may be a content's; to read it as a plan would take ten times as long.
    const text = await readFile(planFile(home, id), 'latin1').catch(() => '')
    for (const [hash] of text.matchAll(/[0-9a-f]{64}/g)) named.add(hash)
  }
  const found: Found[] = await unneededRecords(home, named)
  for (const { name } of await entriesOf(home.blobs)) {
    const isContent = VersionId.safeParse(name).success
    if (isContent ? named.has(name) : !name.endsWith('.tmp')) continue
    const file = path.join(home.blobs, name)
    const stats = await stat(file).catch(() => undefined)
    // Another process may be writing it right now.
    if (!stats || (!isContent && Date.now() - stats.mtimeMs < DAY)) continue
    found.push({ file, bytes: stats.size })
  }
  return found
}

/**
 * The records of features and downloads that no version has. Those of the last day count: their version may be about to be built. What
 * the other ones name is added to `named`.
 */
async function unneededRecords(home: Home, named: Set<string>): Promise<Found[]> {
  const found: Found[] = []
  const folders = [home.features, home.downloads]
  const records = await Promise.all(
    folders.map(async (folder) => (await entriesOf(folder)).map(({ name }) => path.join(folder, name))),
  )
  for (const file of records.flat()) {
    const [text, stats] = await Promise.all([
      readFile(file, 'latin1').catch(() => ''),
      stat(file).catch(() => undefined),
    ])
    if (!stats) continue
    const contents = [...text.matchAll(/[0-9a-f]{64}/g)].map(([hash]) => hash)
    if (Date.now() - stats.mtimeMs < DAY) for (const hash of contents) named.add(hash)
    else if (!contents.every((hash) => named.has(hash))) found.push({ file, bytes: stats.size })
  }
  return found
}

/** A recipe's folder, and what is in it. */
async function measure(folder: string): Promise<Found> {
  const sizes = (await entriesOf(folder)).map(({ name }) =>
    stat(path.join(folder, name)).catch(() => undefined),
  )
  const bytes = (await Promise.all(sizes)).reduce((sum, stats) => sum + (stats?.size ?? 0), 0)
  return { file: folder, bytes }
}

const entriesOf = (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => [])
