import { type ProjectKey, shortId, VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage, listTags } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import type { Host } from '../host/host.ts'
import { readLegacyPlanLabel } from '../plan/legacy-plan-label.ts'
import { loadPlan, storedVersions, storePlan } from '../plan/plan-store.ts'
import type { Home } from '../store/home.ts'
import type { Project } from '../store/open-project.ts'
import { KNOWN_GOOD, repositoryOf, tagOf } from './image-names.ts'
import { appendLedger, type Ledger, type LedgerEvent, readLedger } from './ledger.ts'

type Recovered = Extract<LedgerEvent, { kind: 'recovered' }>

/**
 * What the engine shows of a history that the ledger has lost, completely or in part: the versions that the ledger does
 * not know, and known-good. Their ids come from names and labels on the engine; their plans are in the data folder, if
 * they are. Undefined if nothing is lost, or nothing can be recovered.
 * Errors: those of the engine.
 */
export async function recoverable(
  host: Pick<Host, 'engine' | 'home'>,
  key: ProjectKey,
  { events, unknown }: Ledger,
): Promise<Recovered | undefined> {
  if (events.length > 0 && unknown === 0) return undefined
  const built = events.flatMap((event) => (event.kind === 'built' ? [event] : []))
  const engine = await host.engine()
  const tags = await listTags(engine, repositoryOf(key))
  const found = await Promise.all(
    [...new Set(tags.values())].map((image) => describe(host.home, engine, tags, image)),
  )
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

/**
 * Writes the recovered history into the ledger, and the plans that older images carry into the data folder. Only for
 * the project's writer.
 */
export async function recoverLedger(host: Pick<Host, 'engine' | 'home'>, project: Project): Promise<void> {
  const folder = host.home.project(project.key)
  const recovered = await recoverable(host, project.key, await readLedger(folder))
  if (!recovered) return
  const engine = await host.engine()
  for (const { version, image } of recovered.versions) {
    if (await loadPlan(host.home, version)) continue
    const plan = readLegacyPlanLabel((await inspectImage(engine, image))?.Config.Labels, version)
    if (plan) await storePlan(host.home, version, plan)
  }
  await appendLedger(folder, recovered)
}

type Found = Omit<Recovered['versions'][number], 'ordinal'> & { ordinal: number | undefined }

/** The version that an image is by its names, its label, and what the data folder has. */
async function describe(
  home: Home,
  engine: Engine,
  tags: Map<string, string>,
  image: string,
): Promise<Found | undefined> {
  const details = await inspectImage(engine, image)
  const names = [...tags].flatMap(([tag, named]) => (named === image ? [tag] : []))
  const version = details && (await idOf(home, names, details))
  if (!version) return undefined
  const ordinals = names.flatMap((tag) => /^v([1-9]\d{0,5})$/.exec(tag)?.[1] ?? []).map(Number)
  // A name that only an unfinished build has makes no version.
  if (ordinals.length === 0 && !names.includes(shortId(version)) && !names.includes(KNOWN_GOOD))
    return undefined
  const createdAt = new Date(details.Created).toISOString()
  const plan = await loadPlan(home, version)
  const services = servicesIn(tags, version, plan)
  if (!services) return undefined
  return {
    ...{ version, image, createdAt },
    ordinal: ordinals.length > 0 ? Math.min(...ordinals) : undefined,
    ...(Object.keys(services).length > 0 && { services }),
    ...(plan?.layer && { layerOn: plan.layer.shared }),
  }
}

/** The images of a version's further services, by their names; undefined where one of those in its plan is gone. */
function servicesIn(
  tags: ReadonlyMap<string, string>,
  version: VersionId,
  plan: Plan | undefined,
): Record<string, string> | undefined {
  const start = tagOf(shortId(version), '')
  const names = plan
    ? plan.services.slice(1).map(({ name }) => name)
    : [...tags.keys()].filter((tag) => tag.startsWith(start)).map((tag) => tag.slice(start.length))
  const found = names.flatMap((name) => {
    const image = tags.get(tagOf(shortId(version), name))
    return image === undefined ? [] : [[name, image] as const]
  })
  return found.length === names.length ? Object.fromEntries(found) : undefined
}

/**
 * The version id of an image: its label holds it in full, unless the names by ids differ. One that was adopted has
 * several; then the one counts whose plan is of the newest form.
 */
async function idOf(home: Home, names: string[], { Config }: ImageDetails): Promise<VersionId | undefined> {
  const short = names.filter((tag) => /^[0-9a-f]{12}$/.test(tag))
  const labelled = VersionId.safeParse(Config.Labels?.[LABEL.version]).data
  if (short.length === 0) return labelled
  const known = [...(await storedVersions(home)), ...(labelled ? [labelled] : [])]
  const ids = known.filter((id) => short.includes(shortId(id)))
  const forms = await Promise.all(
    ids.map(async (id) => ({ id, form: (await loadPlan(home, id))?.planVersion ?? 0 })),
  )
  return forms.sort((a, b) => b.form - a.form)[0]?.id
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
