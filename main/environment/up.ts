import type { InputChange } from '../../shared/change.ts'
import type { Warning } from '../../shared/definition.ts'
import { isProductError } from '../../shared/errors.ts'
import { shortId, type VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { Plan } from '../../shared/plan.ts'
import type { UpResult } from '../../shared/result.ts'
import { buildVersion } from '../build/build.ts'
import { type Planned, planProject } from '../build/plan.ts'
import { listTags, removeTag } from '../docker/images.ts'
import type { Host } from '../host.ts'
import { writeLock } from '../lock/file.ts'
import type { Project } from '../project/open.ts'
import { comparePlans } from '../version/compare.ts'
import { buildingName, findImage, imageName, nameImage, repositoryOf } from '../version/images.ts'
import { appendLedger } from '../version/ledger.ts'
import { loadPlan } from '../version/recipes.ts'
import { type Change, decideChange } from './change.ts'
import {
  type Current,
  launchImage,
  launchVersion,
  makeCurrent,
  readCurrent,
  removeLeftovers,
} from './current.ts'
import { clearIntent, writeIntent } from './intent.ts'
import type { Launch } from './launch.ts'
import { describeEnvironment } from './read.ts'
import { asWriter, removeUnfinished } from './reconcile.ts'
import { resumeOrStop } from './swap.ts'

export interface UpOptions {
  /** The definition's file, where the project has several. */
  definition?: string | undefined
  frozen: boolean
}

/**
 * Brings the environment of a project to what its definition says: builds what is missing, replaces what differs,
 * starts what is stopped, and does nothing when nothing is to do.
 * Errors: those of planning, building and swapping; `busy`.
 */
export function up(host: Host, project: Project, options: UpOptions, run: Run): Promise<UpResult> {
  return asWriter(host, project, `bringing up ${project.name}`, run, async () => {
    const outlook = await look(host, project, options, run)
    const { change, because, ordinal } = outlook
    run.report({ kind: 'plan', ordinal, because })
    await removeLeftovers(outlook.current.engine, outlook.current.facts)
    const { launch, current } = await provideVersion(host, project, outlook, run)
    const [container] = current.facts.containers
    if (change.kind === 'start' && container) {
      await resumeOrStop(current.engine, launch, container.id, run).catch(async (error: unknown) => {
        if (!mayMove(error, launch)) throw error
        await makeCurrent(host, project, launch, current, run)
      })
    } else if (change.kind !== 'none') {
      await makeCurrent(host, project, launch, current, run)
    }
    const { facts } = change.kind === 'none' ? current : await readCurrent(host, project)
    return { ...describe(project, outlook), environment: describeEnvironment(facts) }
  })
}

/** Whether a start failed because of a port that need not be this one: a new container takes another. */
const mayMove = (error: unknown, launch: Launch): boolean =>
  isProductError(error, 'port-taken') &&
  launch.run.ports.some((port) => port.container === error.data['container'] && !port.fixed)

/** Builds the version that the definition says, unless it exists, and returns how it is started. Swaps nothing. */
export function ensureVersion(host: Host, project: Project, options: UpOptions, run: Run): Promise<Launch> {
  return asWriter(host, project, `building ${project.name}`, run, async () => {
    const outlook = await look(host, project, options, run)
    return (await provideVersion(host, project, outlook, run)).launch
  })
}

/** Says what `up` would do, and does nothing. */
export async function planUp(host: Host, project: Project, options: UpOptions, run: Run): Promise<UpResult> {
  const outlook = await look(host, project, options, run)
  return { ...describe(project, outlook), environment: describeEnvironment(outlook.current.facts) }
}

/** What the repository says, what the engine has, and what follows. */
interface Outlook {
  planned: Planned
  current: Current
  change: Change
  because: InputChange[]
  ordinal: number
  /** How the wanted version is started; undefined until its image exists. */
  launch: Launch | undefined
}

async function look(host: Host, project: Project, options: UpOptions, run: Run): Promise<Outlook> {
  const planner = {
    home: host.home,
    env: host.env,
    resolver: async () => ({ engine: await host.engine(), home: host.home, env: host.env }),
  }
  const [planned, current] = await Promise.all([
    planProject(planner, project, options, run),
    readCurrent(host, project),
  ])
  const image = await findImage(current.engine, project.key, planned.id)
  const launch = image && (await launchImage(host, project, planned.id, planned.plan, image))
  const change = decideChange(current.facts, { version: planned.id, request: launch?.request })
  if (change.kind === 'build') for (const warning of planned.warnings) reportWarning(warning, run)
  return {
    planned,
    current,
    change,
    because: await explain(host, current, planned.id, planned.plan, change),
    ordinal: await ordinalOf(current, project, planned.id),
    launch,
  }
}

const reportWarning = (warning: Warning, run: Run): void =>
  run.report({ kind: 'warning', text: warning.message })

/**
 * An ordinal is given once: a version keeps it when its image has to be built again, and where the history was lost the
 * names on the engine tell which are taken.
 */
async function ordinalOf({ engine, history }: Current, project: Project, id: VersionId): Promise<number> {
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

/** Why something is to be done: the inputs that differ from those of what runs, or ran last. */
async function explain(
  host: Host,
  { facts, history }: Current,
  id: VersionId,
  plan: Plan,
  change: Change,
): Promise<InputChange[]> {
  if (change.kind === 'none' || change.kind === 'start') return []
  const before = facts.version ?? history.current ?? history.knownGood ?? history.versions.at(-1)?.id
  const old = before && before !== id ? await loadPlan(host.home, before) : undefined
  if (old) return comparePlans(old, plan)
  if (change.kind === 'recreate') return change.request
  return before === id ? [{ input: 'the image on the engine', from: 'gone', to: 'built again' }] : []
}

/** Sees to it that the lock is written, the image is there and the history knows it. */
async function provideVersion(
  host: Host,
  project: Project,
  outlook: Outlook,
  run: Run,
): Promise<{ launch: Launch; current: Current }> {
  const { planned, current, launch } = outlook
  const { next, added, removed, file } = planned.lock
  // A lock that says the same already stays as it is, however it is written.
  if (added.length > 0 || removed.length > 0) await writeLock(file, next)
  if (!launch)
    return { launch: await build(host, project, outlook, run), current: await readCurrent(host, project) }
  if (current.history.versions.some((version) => version.id === planned.id)) return { launch, current }
  // The image is there, but its history was lost.
  await record(host, project, outlook, launch.parts.image.Id)
  return { launch, current: await readCurrent(host, project) }
}

async function build(host: Host, project: Project, outlook: Outlook, run: Run): Promise<Launch> {
  const { planned, ordinal, current } = outlook
  const { engine } = current
  const folder = host.home.project(project.key)
  await removeUnfinished(engine, project)
  await writeIntent(folder, { kind: 'build' })
  const end = async () => {
    await removeTag(engine, buildingName(project.key, planned.id))
    await clearIntent(folder)
  }
  try {
    const images = await buildVersion({ engine, home: host.home, env: host.env }, project, planned, run)
    for (const image of images.values()) {
      await nameImage(engine, project.key, planned.id, ordinal, image)
      await record(host, project, outlook, image)
      await appendLedger(folder, { kind: 'prepared', version: planned.id })
    }
  } catch (error) {
    // What the engine did not clean up now is left, by the intent, to the next command.
    if (!isProductError(error, 'engine-unreachable') && !isProductError(error, 'engine-refused')) {
      await end().catch(() => {})
    }
    throw error
  }
  await end()
  return launchVersion(host, project, planned.id, ordinal)
}

function record(
  host: Host,
  project: Project,
  { planned, ordinal, because }: Outlook,
  image: string,
): Promise<void> {
  const event = { kind: 'built', version: planned.id, ordinal, image, because } as const
  return appendLedger(host.home.project(project.key), event)
}

function describe(
  project: Project,
  { planned, change, because, ordinal, current }: Outlook,
): Omit<UpResult, 'environment'> {
  const { added, removed } = planned.lock
  return {
    project: { path: project.path, name: project.name },
    version: { id: planned.id, ordinal, image: imageName(project.key, planned.id) },
    action: actionOf(change, current.facts.containers.length > 0),
    because,
    lock: { added, removed },
  }
}

function actionOf(change: Change, replaces: boolean): UpResult['action'] {
  switch (change.kind) {
    case 'none':
      return 'none'
    case 'start':
      return 'started'
    case 'recreate':
      return replaces ? 'recreated' : 'started'
    case 'build':
      return 'built'
  }
}
