import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import { type ProjectKey, shortId, VersionId } from '../../shared/ids.ts'
import { listEnvironments } from '../container/read-environment.ts'
import { listImages } from '../docker/images.ts'
import { foldLedger, type VersionRecord } from '../history/fold-ledger.ts'
import { REPOSITORIES } from '../history/image-names.ts'
import { LEDGER_FILE, type LedgerEvent, readLedger } from '../history/ledger.ts'
import { removalBlocker } from '../history/removal-blocker.ts'
import type { Host } from '../host/host.ts'
import { isWritten } from '../operation/writer-lock.ts'
import type { Home } from '../store/home.ts'
import { projectKeys } from '../store/project-records.ts'
import { writeFileWhole } from '../store/write-file.ts'

/** How many versions of a project keep their recipes when their images are gone: the newest ones. */
export const MAX_RECIPES = 100

const AnnouncedRecipe = z.object({ version: VersionId })
const announcementFile = (home: Home, key: ProjectKey): string => path.join(home.project(key), 'keeping.json')

/** Announces that the project's writer is about to store the recipe of a version that is not in the ledger yet. */
export function announceRecipe(home: Home, key: ProjectKey, version: VersionId): Promise<void> {
  return writeFileWhole(announcementFile(home, key), JSON.stringify({ version }))
}

async function announcedRecipe(home: Home, key: ProjectKey): Promise<VersionId | undefined> {
  try {
    return AnnouncedRecipe.parse(JSON.parse(await readFile(announcementFile(home, key), 'utf8'))).version
  } catch {
    return undefined
  }
}

/**
 * The versions whose recipes a project needs, by its ledger: what is current, known-good or would be, and the newest
 * ones; none of those that a person removed, unless something happened to them since. While another process writes the
 * project, all versions: one of them may be being rebuilt.
 */
export function neededBy(events: LedgerEvent[], written: boolean): VersionId[] {
  const since = events.slice(events.findLastIndex(({ kind }) => kind === 'released') + 1)
  const mentioned = new Set(
    since.flatMap((event) => {
      if (event.kind === 'recovered') return event.versions.map(({ version }) => version)
      return 'version' in event ? [event.version] : []
    }),
  )
  const history = foldLedger(events)
  const idsOf = ({ id, formerIds = [] }: VersionRecord) => [id, ...formerIds]
  const kept = history.versions.filter((version) => idsOf(version).some((id) => mentioned.has(id)))
  const oldest = written ? 0 : Math.max(0, kept.length - MAX_RECIPES)
  return kept.filter(({ id }, at) => at >= oldest || removalBlocker(history, [], id) !== null).flatMap(idsOf)
}

/** Every id that a damaged ledger may mention. */
async function mentionedIn(folder: string): Promise<VersionId[]> {
  const text = await readFile(path.join(folder, LEDGER_FILE), 'latin1')
  return (text.match(/[0-9a-f]{64}/g) ?? []) as VersionId[]
}

/**
 * Returns a function that tells whether a version's recipe is needed: by a project's ledger, by an image or a container
 * on the engine, or by a process that is about to build it. `own` is the project whose only writer asks. Undefined when
 * a ledger cannot be read, so that it is unknown. Errors: those of the engine.
 */
export async function findNeeded(
  host: Pick<Host, 'home' | 'engine'>,
  own: ProjectKey | undefined,
): Promise<((id: VersionId) => boolean) | undefined> {
  const { home } = host
  const needed = new Set<VersionId>()
  for (const key of await projectKeys(host)) {
    const folder = home.project(key)
    const written = key !== own && isWritten(folder)
    // Read before the ledger: once the ledger has the version, there may be no writer any more.
    const kept = written ? await announcedRecipe(home, key) : undefined
    if (kept) needed.add(kept)
    const ledger = await readLedger(folder).catch(() => undefined)
    if (!ledger) return undefined
    const ids = ledger.unknown > 0 ? await mentionedIn(folder) : neededBy(ledger.events, written)
    for (const id of ids) needed.add(id)
  }
  const engine = await host.engine()
  const [{ repositories }, environments] = await Promise.all([listImages(engine), listEnvironments(engine)])
  for (const { version } of [...environments.values()].flat()) needed.add(version)
  const named = new Set(
    [...repositories].flatMap(([name, tags]) => (name.startsWith(REPOSITORIES) ? [...tags.keys()] : [])),
  )
  return (id) => needed.has(id) || named.has(shortId(id))
}
