import { isProductError } from '../../shared/errors.ts'
import type { VersionId } from '../../shared/ids.ts'
import type { Run } from '../../shared/operation.ts'
import type { UpResult } from '../../shared/result.ts'
import { sanitize } from '../../shared/sanitize.ts'
import type { Launch } from '../container/launch/prepare-launch.ts'
import { METADATA_LABEL } from '../definition/dockerfile/metadata-label.ts'
import { activate } from '../environment/activate.ts'
import { awaitReady } from '../environment/await-ready.ts'
import { readCurrentState, removeLeftovers } from '../environment/current-state.ts'
import type { Change } from '../environment/decide-change.ts'
import { ensureContent } from '../environment/ensure-content.ts'
import { ensureImage } from '../environment/ensure-image.ts'
import { explainRestartPolicy } from '../environment/explain-restart-policy.ts'
import { learningFacts } from '../environment/image/learn-image-facts.ts'
import { noteOtherCustomizations } from '../environment/image/tool-label.ts'
import { imageHere } from '../environment/image/update-remote-user-uid.ts'
import { missingRepository } from '../environment/missing-repository.ts'
import { noteUnchangedServices } from '../environment/note-unchanged-services.ts'
import {
  explain,
  type PlannedChange,
  planChange,
  type UpOptions,
  withGrants,
} from '../environment/planned-change.ts'
import { reportInputs } from '../environment/report-inputs.ts'
import { resumeExisting } from '../environment/resume-existing.ts'
import { readTrusted, runInitializeCommand } from '../environment/run-initialize-command.ts'
import { orNoEnvironment } from '../environment/set/add-state-to-error.ts'
import { planResumption } from '../environment/set/resume-set.ts'
import { needsOf } from '../environment/set/start-services.ts'
import { stopSet } from '../environment/set/stop-set.ts'
import { showEnvironment } from '../environment/show-environment.ts'
import { updateLockfile } from '../environment/update-lockfile.ts'
import { withWriterLock } from '../environment/with-writer-lock.ts'
import { writeIntent } from '../environment/write-ahead-intent.ts'
import { imageName } from '../history/image-names.ts'
import type { Host } from '../host/host.ts'
import { builtinFrontends } from '../lock/frontend-fallback.ts'
import { loadPlan } from '../plan/plan-store.ts'
import { rememberDefinition } from '../store/chosen-definition.ts'
import type { Project } from '../store/open-project.ts'
import { rememberProject } from '../store/project-records.ts'
import { keepRoot } from '../trust/git-root.ts'

/**
 * Makes the environment of a project match its definition: builds what is missing, replaces what differs, starts what is
 * stopped, and waits for what is not healthy yet. If an input changes while its version is built, the version is built once
 * more.
 * Errors: those of planning, building and swapping; `not-ready`; `busy`.
 */
export function up(base: Host, project: Project, options: UpOptions, run: Run): Promise<UpResult> {
  const host = withGrants(base, options)
  return withWriterLock(host, project, 'up', run, async (run) => {
    const read = await runInitializeCommand(host, project, options, run)
    return learningFacts(host, project, read, options, run, async (again) => {
      const plannedChange = await planChange(host, project, options, run, again ? undefined : read)
      // Before the build, so that others see it.
      await rememberProject(host, project)
      await keepRoot(host.home, project)
      if (options.definition !== undefined)
        await rememberDefinition(host.home, project.key, plannedChange.planned.definition.file)
      return apply(host, project, options, plannedChange, run).catch(async (error: unknown) => {
        if (!isProductError(error, 'input-changed')) throw error
        // The cause is a hook that writes a lockfile, or a file that was saved meanwhile. Only once: a hook may change an
        // input each time.
        run.report({
          kind: 'warning',
          text: `${error.message} The version is built again, with what it is now.`,
        })
        const anew = await planChange(host, project, options, run)
        return apply(host, project, options, anew, run)
      })
    })
  })
}

/** Like `up`, but only for an existing version that the definition still wants; undefined if it wants another one. */
export function upTo(
  host: Host,
  project: Project,
  wanted: VersionId,
  options: UpOptions,
  run: Run,
): Promise<UpResult | undefined> {
  return withWriterLock(host, project, 'up', run, async (run) => {
    const plannedChange = await planChange(host, project, options, run)
    if (plannedChange.planned.id !== wanted || plannedChange.change.kind === 'build') return undefined
    return apply(host, project, options, plannedChange, run)
  })
}

function apply(
  host: Host,
  project: Project,
  options: UpOptions,
  plannedChange: PlannedChange,
  run: Run,
): Promise<UpResult> {
  return orNoEnvironment(plannedChange.current.facts, async () =>
    bringAbout(host, project, await updateLockfile(host, project, options, plannedChange, run), run),
  ).catch((error: unknown) => {
    throw explainRestartPolicy(plannedChange.read, error)
  })
}

async function bringAbout(
  host: Host,
  project: Project,
  plannedChange: PlannedChange,
  run: Run,
): Promise<UpResult> {
  const { change, because, ordinal } = plannedChange
  run.report({ kind: 'plan', ordinal, because })
  await removeLeftovers(plannedChange.current.engine, project, plannedChange.current.facts)
  const { launch, current } = await ensureImage(host, project, plannedChange, run)
  if (change.kind === 'recreate' || change.kind === 'build') await warnOfGit(project, launch, run)
  const { containers, version } = current.facts
  if (change.kind === 'build' && containers.length > 1 && version !== undefined) {
    const before = await loadPlan(host.home, version)
    if (before) noteUnchangedServices(before, plannedChange.planned.plan, run)
  }
  const [container] = containers
  if (change.kind === 'start' && container) {
    const folder = host.home.project(project.key)
    if (current.facts.restarted) {
      const text =
        'The container was restarted outside of Pristine: what runs after each start (start hooks, what makes ports at 127.0.0.1 reachable) runs now.'
      run.report({ kind: 'note', text })
    }
    const launches = [launch, ...launch.others]
    const { starts, stops } = planResumption(current.facts, needsOf(launches))
    const begun = containers.filter(({ id, paused }) => starts.includes(id) && !paused).map(({ id }) => id)
    // After a crash, an interrupted start begins again with its hooks; a paused container continues where it was. Only
    // needed after a crash: a full disk must not prevent the start.
    if (begun.length > 0)
      await writeIntent(folder, { kind: 'restart', blue: container.id, stops: begun }).catch(() => {})
    const set = { containers, stopped: starts, folder }
    const running = containers.filter(({ id }) => stops.includes(id))
    const first = () => stopSet(current.engine, running, launches, run)
    await resumeExisting(current.engine, launch, set, run, first).catch(async (error: unknown) => {
      if (!isReplaceable(error)) throw error
      run.report({ kind: 'warning', text: `${error.message} The container is replaced by a fresh one.` })
      await activate(host, project, launch, current, run)
    })
  } else if (change.kind !== 'none') {
    await activate(host, project, launch, current, run)
  }
  if (change.kind === 'none' && container) {
    const image = launch.parts.image.Config.Labels?.[METADATA_LABEL]
    await noteOtherCustomizations(launch, { container: container.metadata, image }, run)
  }
  const reached = change.kind === 'none' ? current : await readCurrentState(host, project)
  const facts = await awaitReady(host, project, launch, reached, run)
  // What a moved image contains is known only after its version has run.
  const known = because.some(({ kind }) => kind === 'pin')
    ? { because: await explain(host, project, plannedChange.current, plannedChange.planned, change) }
    : {}
  return {
    ...describe(project, plannedChange),
    ...known,
    environment: await showEnvironment(host.home, facts),
  }
}

/** Warns about a new environment in which git would fail with a message that names a folder of this computer. */
async function warnOfGit(project: Project, launch: Launch, run: Run): Promise<void> {
  const repository = await missingRepository(project, launch.run)
  if (repository === undefined) return
  const text =
    `Git does not work inside: ${sanitize(project.name)} is a worktree or a submodule, and its repository ${sanitize(repository)} is not ` +
    'mounted. It works in the same folder on this computer; to have it inside, mount the repository at the same path ("mounts").'
  run.report({ kind: 'warning', text })
}

/** Whether a new container can start when this one cannot: with another port, or because the engine lost this one. */
const isReplaceable = (error: unknown): error is Error =>
  isProductError(error, 'container-stuck') ||
  isProductError(error, 'content-gone') ||
  (isProductError(error, 'port-taken') && error.data['fixed'] === false)

/**
 * Builds the version that the definition defines, unless it exists. Returns its launch, and the id of the image from
 * which its containers run on this computer. Swaps nothing. `first` reads the definition, and may do more before that.
 */
export function ensureBuilt(
  host: Host,
  project: Project,
  options: UpOptions,
  run: Run,
  first: typeof runInitializeCommand = readTrusted,
): Promise<{ launch: Launch; image: string }> {
  return withWriterLock(host, project, 'build', run, async (run) => {
    const read = await first(host, project, options, run)
    return learningFacts(host, project, read, options, run, async (again) => {
      const found = await planChange(host, project, options, run, again ? undefined : read)
      return orNoEnvironment(found.current.facts, async () => {
        const plannedChange = await updateLockfile(host, project, options, found, run)
        const { change, because, ordinal } = plannedChange
        if (change.kind === 'build') run.report({ kind: 'plan', ordinal, because })
        const { launch: made, current } = await ensureImage(host, project, plannedChange, run)
        const version = { id: plannedChange.planned.id, ordinal }
        const launch = await ensureContent(host, project, current, version, made, run)
        return { launch, image: await imageHere(current.engine, launch, run) }
      })
    })
  })
}

/** Runs a definition's `initializeCommand` and nothing else. Errors: those of `runInitializeCommand`; `busy`. */
export function initializeOnly(host: Host, project: Project, options: UpOptions, run: Run): Promise<void> {
  return withWriterLock(host, project, 'initialize', run, async (run) => {
    await runInitializeCommand(host, project, options, run)
  })
}

/** Returns what `up` would do, without doing it. */
export async function planUp(host: Host, project: Project, options: UpOptions, run: Run): Promise<UpResult> {
  const plannedChange = await planChange(host, project, options, run)
  reportInputs(plannedChange.planned, run)
  return {
    ...describe(project, plannedChange),
    environment: await showEnvironment(host.home, plannedChange.current.facts),
  }
}

function describe(
  project: Project,
  { planned, change, because, ordinal, current }: PlannedChange,
): Omit<UpResult, 'environment'> {
  const { added, removed, next } = planned.lock
  const builtin = builtinFrontends(next)
  return {
    project: { path: project.path, name: project.name },
    version: {
      id: planned.id,
      ordinal,
      image: imageName(project.key, planned.id),
      ...(planned.plan.layer && { layer: true }),
    },
    action: actionOf(change, current.facts.containers.length > 0),
    because,
    lock: { added, removed, ...(builtin.length > 0 && { builtin }) },
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
