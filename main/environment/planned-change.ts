import type { InputChange } from '../../shared/change.ts'
import { shortId, type VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { REPEATED } from '../definition/devcontainer/document/warnings.ts'
import { INCOMPLETE } from '../definition/inputs/incomplete-inputs.ts'
import { UNTRACKED } from '../definition/inputs/untracked-inputs.ts'
import type { ReadProject } from '../definition/read-project.ts'
import { listTags } from '../docker/images.ts'
import { currentPlan, storedPlan } from '../explain/compared-plan.ts'
import { explainChanges } from '../explain/explain-changes.ts'
import type { Adoption } from '../history/find-legacy-version.ts'
import { findImages, repositoryOf, unknownImages, type VersionImages } from '../history/image-names.ts'
import { sharedImages } from '../history/shared-image.ts'
import type { Host } from '../host/host.ts'
import { type Planned, planReading } from '../plan/plan.ts'
import type { Project } from '../store/open-project.ts'
import { checkComputer } from './computer/check-computer.ts'
import { type CurrentState, currentStateFor, readCurrentState } from './current-state.ts'
import { type Change, decideChange } from './decide-change.ts'
import { launchOfImage } from './image/launch-version.ts'
import { readTrusted } from './run-initialize-command.ts'

export interface UpOptions {
  /** The definition's file, if the project has several. */
  definition?: string | undefined
  frozen: boolean
  /** Without the person's own layer; by default with it, unless the lock is `frozen`. */
  shared?: boolean | undefined
  /** Fingerprints of the permission requests that the person grants with it. */
  trust?: readonly string[] | undefined
}

/** The host for a verb with which a person grants these fingerprints. */
export const withGrants = (host: Host, { trust = [] }: Pick<UpOptions, 'trust'>): Host => ({
  ...host,
  grants: trust,
})

/** What the definition wants, what the engine has, and the change that follows. */
export interface PlannedChange {
  /** What was planned. */
  read: ReadProject
  planned: Planned
  current: CurrentState
  /** Set if the wanted version has an image by an older form of its plan. */
  adoption: Adoption | undefined
  change: Change
  because: InputChange[]
  ordinal: number
  /** The images of the wanted version; undefined until all of them exist. */
  images: VersionImages | undefined
  /** Its launch; undefined while `images` is. */
  launch: Launch | undefined
}

/**
 * Reads what `up` needs for its decision; changes nothing. `readBefore` is a definition that was already read and
 * trusted.
 * Errors: those of planning; `not-trusted`; `engine-…`.
 */
export async function planChange(
  host: Host,
  project: Project,
  options: UpOptions,
  run: Run,
  readBefore?: ReadProject,
): Promise<PlannedChange> {
  const read = readBefore ?? (await readTrusted(host, project, options, run))
  const [planned, state] = await Promise.all([
    planReading(host, project, read, options, run),
    readCurrentState(host, project),
  ])
  const { current, adoption } = await currentStateFor(host, project, state, planned)
  const built = current.history.versions.find((version) => version.id === planned.id)
  const { engine } = current
  const sought = built ?? { id: planned.id, services: unknownImages(planned.plan) }
  const found =
    (await findImages(engine, project.key, sought)) ?? (await sharedImages(host, engine, planned.id))
  const made = found && (await launchOfImage(host, project, planned.id, planned.plan, found))
  const [images, launch] = made?.hasOtherIds ? [] : [found, made]
  const change = decideChange(current.facts, {
    version: planned.id,
    request: launch?.request,
    others: new Map(launch?.others.map((one) => [one.service, one.request])),
  })
  reportWarnings(planned, run, { all: change.kind === 'build' })
  if (change.kind === 'build') await checkComputer(host, project, planned, engine, run)
  return {
    read,
    planned,
    current,
    adoption,
    change,
    because: await explain(host, project, current, planned, change),
    ordinal: await ordinalOf(current, project, planned.id),
    images,
    launch,
  }
}

/** Reports the warnings of a definition; without `all`, only those that may explain why there is nothing to do. */
export function reportWarnings({ warnings }: Planned, run: Run, { all = false } = {}): void {
  for (const { code, message } of warnings)
    if (all || code === UNTRACKED || code === INCOMPLETE || code === REPEATED)
      run.report({ kind: 'warning', text: message })
}

/**
 * An ordinal is assigned once: a version keeps it when its image is rebuilt, and if the history was lost, the image
 * names on the engine show which ordinals are taken.
 */
async function ordinalOf(
  { engine, history }: CurrentState,
  project: Project,
  id: VersionId,
): Promise<number> {
  const known = history.versions.find((version) => version.id === id)
  if (known) return known.ordinal
  const tags = await listTags(engine, repositoryOf(project.key))
  const named = [...tags].flatMap(([tag, image]) =>
    /^v\d{1,6}$/.test(tag) ? [{ ordinal: Number(tag.slice(1)), image }] : [],
  )
  const same = named.find(({ image }) => image === tags.get(shortId(id)))
  const taken = [...named, ...history.versions].map(({ ordinal }) => ordinal)
  return same?.ordinal ?? Math.max(0, ...taken) + 1
}

/** Why there is something to do: the inputs that differ from those of what runs, or ran last. */
export async function explain(
  { home }: Pick<Host, 'home'>,
  project: Project,
  { facts, history }: CurrentState,
  planned: Planned,
  change: Change,
): Promise<InputChange[]> {
  const { id } = planned
  if (change.kind === 'none' || change.kind === 'start') return []
  const before = facts.version ?? history.current ?? history.knownGood ?? history.versions.at(-1)?.id
  const old = before && before !== id ? await storedPlan(home, before) : undefined
  if (old) return explainChanges(home, old, await currentPlan(home, project, planned))
  if (change.kind === 'recreate') return change.request
  return before === id ? [{ input: 'the image on the engine', from: 'gone', to: 'built again' }] : []
}
