import type { InputChange } from '../../shared/change.ts'
import { isProductError, productError } from '../../shared/errors.ts'
import { parseImageReference, pinnedByHand } from '../../shared/image-reference.ts'
import type { Lock, LockCheck, LockReport, OutdatedPin } from '../../shared/lock.ts'
import type { Run } from '../../shared/operation.ts'
import { unplannedFacts } from '../build/base-facts.ts'
import { permissionsOfProject, variablesOfImages } from '../environment/computer/project-permissions.ts'
import { readProjectWithTrust } from '../environment/read-project-with-trust.ts'
import type { Host } from '../host/host.ts'
import { downloadAddSource } from '../lock/download-add-source.ts'
import { featureKey, resolvedOf } from '../lock/feature-pin.ts'
import { FeatureFetcher } from '../lock/fetch-feature.ts'
import { builtinFrontends } from '../lock/frontend-fallback.ts'
import { withFacts } from '../lock/image-facts.ts'
import { lockPath } from '../lock/lock-file.ts'
import { type Resolver, resolveImage } from '../lock/resolve-pins.ts'
import { saveLock } from '../lock/save-lock.ts'
import { asRecordedWriter } from '../operation/recorded-writer.ts'
import { type Planned, planReading } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { requireDefaultPermissions } from '../trust/require-trust.ts'

export interface LockOptions {
  definition?: string | undefined
  /** Move existing pins: all of them, or only those named. */
  update?: true | string[] | undefined
}

async function plan(
  host: Host,
  project: Project,
  options: LockOptions & { frozen: boolean },
  run: Run,
): Promise<Planned> {
  const { definition, frozen, update } = options
  const named = update === true ? [] : (update ?? [])
  const moves = (reference: string) => update === true || named.includes(reference)
  const features = named.map(featureKey)
  const movesFeature = (reference: string) => update === true || features.includes(reference)
  // The lock belongs to the repository: a person's own layer has no part in it.
  const reading = { definition, frozen, shared: true, update: movesFeature }
  const read = await readProjectWithTrust(host, project, reading, run)
  // It asks registries for whatever the definition names.
  const requested = await permissionsOfProject(host, project, read)
  const downloads = requested.filter(({ kind }) => kind === 'download')
  await requireDefaultPermissions(host, project, requested, [...variablesOfImages(read), ...downloads])
  return planReading(host, project, read, { frozen, update: moves }, run)
}

/**
 * Writes the lock: adds pins for new references, removes unused ones, and with `update` moves existing ones.
 * Errors: those of the definition and of resolving; `usage` for a name that the definition does not use; `busy`.
 */
export function lock(host: Host, project: Project, options: LockOptions, run: Run): Promise<LockReport> {
  const place = { folder: host.home.project(project.key), name: project.name }
  return asRecordedWriter(place, 'lock', run, async (run) => {
    const { before, planned } = await planWithFacts(host, project, options, run)
    const { added, removed, next, now, other, file, written } = planned.lock
    if (Array.isArray(options.update)) {
      const known = [next.images, next.frontends ?? {}, next.downloads, next.features ?? {}].flatMap(
        Object.keys,
      )
      const isKnown = (reference: string) =>
        known.includes(reference) || Object.hasOwn(next.features ?? {}, featureKey(reference))
      const unknown = options.update.find((reference) => !isKnown(reference))
      if (unknown !== undefined) {
        const hint = known.length > 0 ? `It uses ${known.join(', ')}.` : 'It uses no external reference.'
        throw productError('usage', { problem: `The definition does not use ${unknown}.`, hint })
      }
    }
    const moved: InputChange[] = []
    for (const [input, { resolved }] of Object.entries(next.images)) {
      const from = before?.images[input]?.resolved ?? before?.frontends?.[input]?.resolved
      if (from !== undefined && from !== resolved) moved.push({ input, from, to: resolved, kind: 'pin' })
    }
    for (const [input, { integrity }] of Object.entries(next.downloads)) {
      const from = before?.downloads[input]?.integrity
      if (from !== undefined && from !== integrity)
        moved.push({ input, from, to: integrity, kind: 'download' })
    }
    for (const [input, { integrity }] of Object.entries(next.features ?? {})) {
      const from = before?.features?.[input]?.integrity
      if (from !== undefined && from !== integrity) moved.push({ input, from, to: integrity, kind: 'pin' })
    }
    const files = { definitionFile: planned.definition.file, file, now, other, written }
    await saveLock(host.home, project, files, next)
    const builtin = builtinFrontends(next)
    return {
      file: lockPath(planned.definition.file),
      added,
      removed,
      ...(builtin.length > 0 && { builtin }),
      moved,
    }
  })
}

/** The exit code of every error about an unavailable engine. */
const ENGINE_UNAVAILABLE = 4

/**
 * Plans what to lock. Base images may add instructions and hooks that need further pins; these are read from images that
 * are on the engine, and from other images when they are first built on. `before` is the lock as it was at the beginning.
 */
async function planWithFacts(
  host: Host,
  project: Project,
  options: LockOptions,
  run: Run,
): Promise<{ before: Lock | undefined; planned: Planned }> {
  const planned = await plan(host, project, { ...options, frozen: false }, run)
  const engine = await host.engine().catch((error: unknown) => {
    // A complete lock needs no engine.
    if (isProductError(error) && error.exit === ENGINE_UNAVAILABLE) return undefined
    throw error
  })
  const services = planned.plan.services.flatMap((plan, at) => {
    const reading = planned.services[at]?.reading
    return reading ? [{ isFirst: at === 0, plan, reading }] : []
  })
  const found = engine && (await unplannedFacts(engine, services, run))
  const { now: before, other, added, removed, file, written } = planned.lock
  if (!found || Object.keys(found).length === 0) return { before, planned }
  const files = { definitionFile: planned.definition.file, file, now: before, other, written }
  await saveLock(host.home, project, files, withFacts(planned.lock.next, found))
  const again = await plan(host, project, { ...options, update: undefined, frozen: false }, run)
  const lock = {
    ...again.lock,
    added: [...added, ...again.lock.added],
    removed: [...removed, ...again.lock.removed],
  }
  return { before, planned: { ...again, lock } }
}

/**
 * Checks that the lock pins exactly what the definition uses; an empty lock may be absent. Writes nothing in the project.
 * Contacts only the registries of features that the lock pins and this computer does not have, because they may depend on
 * others. Errors: `lock-outdated`, those of fetching features.
 */
export async function checkLock(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<LockCheck> {
  const read = await readProjectWithTrust(host, project, { definition, frozen: true, shared: true }, run)
  const planned = await planReading(host, project, read, { frozen: true }, run)
  return {
    file: lockPath(planned.definition.file),
    exists: planned.lock.now !== undefined,
    byHand: digestsOf(planned),
  }
}

/** The images that a definition names with their digest. */
const digestsOf = ({ services }: Planned): string[] => [
  ...new Set(services.flatMap(({ reading }) => reading.digests.map(({ reference }) => reference))),
]

/**
 * Compares every pin with what its reference points at today; for a digest in the definition, with what its tag points
 * at.
 * Errors: `lock-outdated`, those of resolving, except for a tag that is only a remark.
 */
export async function outdated(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<OutdatedPin[]> {
  const planned = await plan(host, project, { definition, frozen: true }, run)
  const { lock } = planned
  const resolver = { engine: await host.engine(), home: host.home, env: host.env }
  const images = Object.entries(lock.next.images).map(async ([reference, { resolved }]) => {
    const latest = await resolveImage(resolver, reference, run)
    return { by: 'lock' as const, reference, locked: resolved, latest, outdated: latest !== resolved }
  })
  const downloads = Object.entries(lock.next.downloads).map(async ([reference, { integrity }]) => {
    const latest = await downloadAddSource(host.home, reference, host.env, run)
    return { by: 'lock' as const, reference, locked: integrity, latest, outdated: latest !== integrity }
  })
  const fetcher = new FeatureFetcher(host)
  const features = Object.entries(lock.next.features ?? {}).map(
    async ([reference, { resolved, integrity }]) => {
      const latest = await fetcher.latest(reference, planned.definition.file, run)
      return {
        by: 'lock' as const,
        reference,
        locked: resolved,
        latest: resolvedOf(reference, latest) ?? latest,
        outdated: latest !== integrity,
      }
    },
  )
  const byHand = digestsOf(planned).map((reference) => ofDigest(resolver, reference, run))
  return Promise.all([...images, ...byHand, ...downloads, ...features])
}

/** Compares a digest in the definition with what its tag points at today. */
async function ofDigest(resolver: Resolver, reference: string, run: Run): Promise<OutdatedPin> {
  const { repository, tag } = parseImageReference(reference) ?? {}
  const locked = pinnedByHand(reference) ?? reference
  const asked = tag === undefined ? undefined : resolveImage(resolver, `${repository}:${tag}`, run)
  const latest = await asked?.catch((error: unknown) => {
    const hasNone = ['reference-unknown', 'platform-missing'] as const
    if (hasNone.some((code) => isProductError(error, code))) return undefined
    throw error
  })
  return {
    by: 'definition',
    reference,
    locked,
    latest: latest ?? null,
    outdated: latest !== undefined && latest !== locked,
  }
}
