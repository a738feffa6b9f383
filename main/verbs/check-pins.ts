import { productError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/image-reference.ts'
import { permissionsOfProject, variablesOfImages } from '../environment/computer/project-permissions.ts'
import type { Host } from '../host/host.ts'
import { isTarball, resolvedOf } from '../lock/feature-pin.ts'
import { FeatureFetcher } from '../lock/fetch-feature.ts'
import { lockPath } from '../lock/lock-file.ts'
import { findLock } from '../lock/lock-state.ts'
import { writePinCheck } from '../lock/pin-check.ts'
import { readProjectOffline } from '../lock/read-project-offline.ts'
import { silentRun } from '../operation/silent-run.ts'
import { askDigest } from '../registry/resolve-digest.ts'
import type { Project } from '../store/open-project.ts'
import { requireDefaultPermissions } from '../trust/require-trust.ts'

/** Returns the digest that a tag points at today. Errors: those of `askDigest`. */
export type AskDigest = (reference: string, signal: AbortSignal) => Promise<string>

/** Asks the registries through the engine, without pulling anything: on an engine that can only pull, it fails. */
export const askRegistry =
  (host: Host): AskDigest =>
  async (reference, signal) => {
    const digest = await askDigest(await host.engine(), reference, host.env, signal)
    if (digest !== undefined) return digest
    const problem = 'this engine can only pull'
    throw productError('engine-refused', { while: `asking the registry for ${reference}`, problem })
  }

/**
 * Asks where the references of a project's pinned images and features point today, and stores the answer. Downloads are
 * omitted, because comparing one means downloading it whole. The engine's own copy does not count, so nothing is stored
 * while a registry does not answer.
 * Errors: those of the definition and of asking; `not-trusted`, `lock-outdated`, `storage-failed`.
 */
export async function checkPins(
  host: Host,
  project: Project,
  ask: AskDigest,
  signal: AbortSignal,
): Promise<void> {
  const read = await readProjectOffline(host.env, project, { shared: true })
  const requested = await permissionsOfProject(host, project, read)
  await requireDefaultPermissions(host, project, requested, variablesOfImages(read))
  const { now } = await findLock(project, read, true)
  const images = Object.entries(now?.images ?? {}).map(async ([reference, { resolved }]) => {
    const latest = `${parseImageReference(reference)?.repository}@${await ask(reference, signal)}`
    return [reference, { locked: resolved, latest }] as const
  })
  // Checking an archive means downloading it whole.
  const registryFeatures = Object.entries(now?.features ?? {}).filter(([reference]) => !isTarball(reference))
  const fetcher = new FeatureFetcher(host)
  const features = registryFeatures.map(async ([reference, { resolved }]) => {
    const digest = await fetcher.latest(reference, read.definition.file, { ...silentRun(), signal })
    return [reference, { locked: resolved, latest: resolvedOf(reference, digest) ?? digest }] as const
  })
  await writePinCheck(host.home, project.key, {
    at: Date.now(),
    lock: lockPath(read.definition.file),
    images: Object.fromEntries(await Promise.all([...images, ...features])),
  })
}
