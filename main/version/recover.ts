import type { ProjectKey, VersionId } from '../../shared/ids.ts'
import { shortId } from '../../shared/ids.ts'
import { Plan } from '../../shared/plan.ts'
import type { Engine } from '../docker/connect.ts'
import { inspectImage, listTags } from '../docker/images.ts'
import type { Host } from '../host.ts'
import type { Project } from '../project/open.ts'
import { KNOWN_GOOD, repositoryOf } from './images.ts'
import { appendLedger, type Ledger, type LedgerEvent, readLedger } from './ledger.ts'
import { readPlanLabel } from './plan-label.ts'
import { versionId } from './recipes.ts'

type Recovered = Extract<LedgerEvent, { kind: 'recovered' }>

/**
 * What the engine tells of a history that the ledger has lost, all of it or some lines: the versions that the ledger
 * does not know, and known-good. Undefined when nothing is lost, or nothing is to be found.
 * Errors: those of the engine.
 */
export async function recoverable(
  host: Pick<Host, 'engine'>,
  key: ProjectKey,
  { events, unknown }: Ledger,
): Promise<Recovered | undefined> {
  if (events.length > 0 && unknown === 0) return undefined
  const built = events.flatMap((event) => (event.kind === 'built' ? [event] : []))
  const engine = await host.engine()
  const tags = await listTags(engine, repositoryOf(key))
  const found = await Promise.all([...new Set(tags.values())].map((image) => describe(engine, tags, image)))
  const versions = found.filter((one) => one !== undefined)
  const knownGood = versions.find(({ image }) => image === tags.get(KNOWN_GOOD))?.version
  const known = new Set(built.map(({ version }) => version))
  const missing = versions.filter(({ version }) => !known.has(version))
  if (missing.length === 0 && unknown === 0) return undefined
  return {
    kind: 'recovered',
    at: new Date().toISOString(),
    versions: numbered(missing, new Set(built.map(({ ordinal }) => ordinal))),
    ...(knownGood !== undefined && { knownGood }),
  }
}

/** Puts what the engine tells of a lost history into the ledger. Only for the project's writer. */
export async function recoverLedger(host: Host, project: Project): Promise<void> {
  const folder = host.home.project(project.key)
  const recovered = await recoverable(host, project.key, await readLedger(folder))
  if (recovered) await appendLedger(folder, recovered)
}

type Found = Omit<Recovered['versions'][number], 'ordinal'> & { ordinal: number | undefined }

/** The version that an image is by the plan that it carries, unless the name by its id says another one. */
async function describe(
  engine: Engine,
  tags: Map<string, string>,
  image: string,
): Promise<Found | undefined> {
  const details = await inspectImage(engine, image)
  const version = planned(readPlanLabel(details?.Config.Labels))
  const names = [...tags].flatMap(([tag, named]) => (named === image ? [tag] : []))
  if (!details || !version) return undefined
  if (names.some((tag) => /^[0-9a-f]{12}$/.test(tag) && tag !== shortId(version))) return undefined
  const ordinals = names.flatMap((tag) => /^v([1-9]\d{0,5})$/.exec(tag)?.[1] ?? []).map(Number)
  // A name that only an unfinished build has makes no version.
  if (ordinals.length === 0 && !names.includes(shortId(version)) && !names.includes(KNOWN_GOOD))
    return undefined
  const createdAt = new Date(details.Created).toISOString()
  return { version, image, createdAt, ordinal: ordinals.length > 0 ? Math.min(...ordinals) : undefined }
}

/** The id of the version that a plan's text makes. */
function planned(label: string): VersionId | undefined {
  try {
    return versionId(Plan.parse(JSON.parse(label)))
  } catch {
    return undefined
  }
}

/** Each with an ordinal of its own: its name's where that is free, else one above all others, by age. */
function numbered(found: Found[], taken: Set<number>): Recovered['versions'] {
  const [named, nameless] = [[] as Recovered['versions'], [] as Found[]]
  for (const one of found.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) {
    if (one.ordinal === undefined || taken.has(one.ordinal)) {
      nameless.push(one)
      continue
    }
    taken.add(one.ordinal)
    named.push({ ...one, ordinal: one.ordinal })
  }
  const highest = Math.max(0, ...taken)
  return [...named, ...nameless.map((one, at) => ({ ...one, ordinal: highest + 1 + at }))]
}
