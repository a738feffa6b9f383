import type { VersionId } from '../../shared/ids.ts'
import type { Plan } from '../../shared/plan.ts'
import { hasContentHooks } from '../definition/devcontainer/content-hooks.ts'
import { mergeImageMetadata } from '../definition/devcontainer/image-metadata.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import type { Engine } from '../docker/connection/connect.ts'
import type { ImageDetails } from '../docker/images.ts'
import type { Host } from '../host/host.ts'
import { sameContent } from '../plan/same-content.ts'
import type { Project } from '../store/open-project.ts'
import type { History, VersionRecord } from './fold-ledger.ts'
import { findImage, storedPlan } from './image-names.ts'
import type { LedgerEvent } from './ledger.ts'

/** A version that the history knows by an older form of its plan. */
export interface Adoption {
  event: Extract<LedgerEvent, { kind: 'adopted' }>
  ordinal: number
  /** The inputs that the older form did not record. */
  recorded: string[]
}

/**
 * Finds the version that today's plan is, when the history knows it by a plan of an older form only and its image is
 * there: it keeps its image, its ordinal and what happened to it, under the new id. Looks at the newest ones first, and
 * writes nothing. Undefined when the history knows the id, or no version is known to be the same.
 * Errors: those of the engine.
 */
export async function findLegacyVersion(
  host: Pick<Host, 'home'>,
  engine: Engine,
  project: Pick<Project, 'key'>,
  history: History,
  planned: { id: VersionId; plan: Plan },
): Promise<Adoption | undefined> {
  if (history.versions.some(({ id }) => id === planned.id)) return undefined
  for (const record of history.versions.toReversed()) {
    const found = await compare(host, engine, project, record, planned.plan)
    if (!found) continue
    const at = new Date().toISOString()
    return {
      event: { kind: 'adopted', at, version: planned.id, from: record.id },
      ordinal: record.ordinal,
      recorded: found.recorded,
    }
  }
  return undefined
}

async function compare(
  { home }: Pick<Host, 'home'>,
  engine: Engine,
  { key }: Pick<Project, 'key'>,
  record: VersionRecord,
  plan: Plan,
): Promise<{ recorded: string[] } | undefined> {
  const image = await findImage(engine, key, record)
  if (!image) return undefined
  const old = await storedPlan(home, record.id, image)
  return old && sameContent(old, plan, bakesHooks(old, image))
}

/** Whether hooks were baked into an image: those of the definition, or those that its own label brings. */
const bakesHooks = ({ services }: Plan, { Config }: ImageDetails): boolean =>
  services.some(({ run, name }) =>
    hasContentHooks(mergeImageMetadata(run, Config.Labels?.[METADATA_LABEL], name).hooks),
  )
