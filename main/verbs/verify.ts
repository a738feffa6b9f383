import { productError } from '../../shared/errors.ts'
import { shortId, type VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Verified } from '../../shared/version.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { type ImageDetails, inspectImage } from '../docker/images.ts'
import { LABEL } from '../docker/labels.ts'
import { permissionsOfProject } from '../environment/computer/project-permissions.ts'
import { currentStateFor, readCurrentState } from '../environment/current-state.ts'
import type { VersionRecord } from '../history/fold-ledger.ts'
import {
  findImages,
  imageName,
  repositoryOf,
  tagOf,
  unknownImages,
  type VersionImages,
} from '../history/image-names.ts'
import type { Host } from '../host/host.ts'
import { readProjectOffline } from '../lock/read-project-offline.ts'
import { comparePlans } from '../plan/compare-plans.ts'
import { planReading } from '../plan/plan.ts'
import { loadPlan } from '../plan/plan-store.ts'
import type { Project } from '../store/open-project.ts'
import { isTrusted } from '../trust/require-trust.ts'

/**
 * Computes the version's id from the checkout and checks that the lock is complete, that the images are those that were
 * built as this version, and that the environment was created from it, possibly with the person's layer. Missing images
 * and environments are part of the result, not failures.
 * Errors: `lock-outdated`, `version-mismatch`.
 */
export async function verify(
  host: Host,
  project: Project,
  definition: string | undefined,
  run: Run,
): Promise<Verified> {
  const read = await readProjectOffline(host.env, project, { definition, shared: true })
  const planned = await planReading(host, project, read, { frozen: true }, run)
  const { current } = await currentStateFor(host, project, await readCurrentState(host, project), planned)
  const { engine, facts, history } = current
  const record = history.versions.find((version) => version.id === planned.id)
  const [named, recorded] = await Promise.all([
    inspectImage(engine, imageName(project.key, planned.id)),
    record && inspectImage(engine, record.image),
  ])
  const image = recorded ?? named
  const sought = record ?? { id: planned.id, services: unknownImages(planned.plan) }
  const images = await findImages(engine, project.key, sought)
  if (image && !isItsImage(planned.id, record, named, recorded)) {
    throw productError('version-mismatch', {
      problem: `The image tagged ${shortId(planned.id)} was not built from this plan.`,
    })
  }
  if (images) await requireTags(engine, project, planned.id, images)
  const running = facts.version
  const old = running && running !== planned.id ? await loadPlan(host.home, running) : undefined
  // A person's own layer is not part of the version that others have.
  const layered = old?.layer?.shared === planned.id
  if (running && running !== planned.id && !layered) {
    const inputs = old ? comparePlans(old, planned.plan).map((change) => change.input) : []
    const because = inputs.length > 0 ? `: ${inputs.join(', ')} differ` : ''
    throw productError('version-mismatch', {
      problem: `The environment is of ${shortId(running)}, the checkout makes ${shortId(planned.id)}${because}.`,
    })
  }
  return {
    id: planned.id,
    ordinal: record?.ordinal ?? null,
    image: images !== undefined,
    environment: running !== undefined,
    state: facts.state,
    trusted: await isTrusted(host, project, await permissionsOfProject(host, project, read)),
    ...(layered && { layer: true as const }),
  }
}

/** Checks that the image names of further services refer to the recorded images. Error: `version-mismatch`. */
async function requireTags(
  engine: Engine,
  { key }: Pick<Project, 'key'>,
  id: VersionId,
  { further }: VersionImages,
): Promise<void> {
  for (const [service, { Id }] of further) {
    const tag = tagOf(shortId(id), service)
    const tagged = await inspectImage(engine, `${repositoryOf(key)}:${tag}`)
    if (tagged === undefined || tagged.Id === Id) continue
    const problem = `The image tagged ${tag} is not the one that was made for ${service}.`
    throw productError('version-mismatch', { problem })
  }
}

/**
 * Whether the image with a version's name is the one that was recorded when it was built. If none was recorded, or if it
 * is gone, only the image's own label can tell.
 */
function isItsImage(
  id: VersionId,
  record: VersionRecord | undefined,
  named: ImageDetails | undefined,
  recorded: ImageDetails | undefined,
): boolean {
  if (recorded) return named === undefined || named.Id === recorded.Id
  const ids: (string | undefined)[] = [id, ...(record?.formerIds ?? [])]
  return ids.includes(named?.Config.Labels?.[LABEL.version])
}
