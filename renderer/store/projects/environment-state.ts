import type { EngineState } from '../../../shared/engine-state.ts'
import type { EnvironmentState } from '../../../shared/environment.ts'
import type { ErrorReport, OperationKind } from '../../../shared/operation.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import { t } from '../../messages/messages.ts'
import { isHookOfStart, isOfStart } from '../operations/start-steps.ts'

/** What a person can do with an environment. */
export type Action =
  | 'start'
  | 'propose'
  | 'definition'
  | 'view-build'
  | 'cancel'
  | 'logs'
  | 'stop'
  | 'open'
  | 'reset'
  | 'restart'
  | 'view-error'
  | 'retry'
  | 'trust'
  | 'start-engine'
  | 'troubleshoot'

/** The state of an environment in words, and its actions: one main action and secondary ones. */
export interface EnvironmentDisplay {
  tone: 'good' | 'busy' | 'bad' | 'ring'
  label: string
  main: Action | undefined
  beside: Action[]
}

export interface Badge {
  tone: 'plain' | 'busy' | 'warn'
  label: string
  /** Where its details are shown. */
  tab?: 'overview' | 'drift' | 'definition'
}

/** The display state of a project, from what is known of it and of the engine. */
export function environmentDisplay(
  project: ProjectSummary,
  engine: EngineState | undefined,
): EnvironmentDisplay {
  const { operation, failure, state } = project
  if (operation) return working(operation, project)
  if (state === 'missing') return { tone: 'bad', label: t('state.missing'), main: undefined, beside: [] }
  if (engine?.kind === 'down') {
    return { tone: 'bad', label: t('state.engineDown'), main: 'start-engine', beside: ['troubleshoot'] }
  }
  if (state === 'unreadable') {
    return { tone: 'bad', label: t('state.unreadable'), main: 'retry', beside: [] }
  }
  if (project.lacksDefinition) {
    return { tone: 'ring', label: t('state.undefined'), main: 'propose', beside: [] }
  }
  if (project.needsTrust && (!failure || failure.error.code === 'not-trusted')) return asking(project, state)
  if (isUpdating(project)) return between(project)
  // Of one that ran and was found unhealthy, its state says more.
  const wasReady = failure?.error.data['wasReady'] === true
  if (failure && !wasReady && !isOver(project)) return failed(project, failure.error)
  return { label: labelOf(project, state), ...OFFERED[state] }
}

/** What failed is over once what runs is again what the definition wants. */
export const isOver = ({ state, watch }: ProjectSummary): boolean =>
  state === 'ready' && watch?.kind === 'following'

/** Whether a new version is on its way in, which takes more than one operation: it is built, then swapped in. */
export const isUpdating = ({ watch }: ProjectSummary): boolean =>
  watch?.kind === 'building' || watch?.kind === 'swapping'

/** Between the operations of an update the running version is not shown: the label would change twice in a moment. */
const between = ({ watch }: ProjectSummary): EnvironmentDisplay => ({
  tone: 'busy',
  label: t(watch?.kind === 'swapping' ? 'state.startingOnly' : 'state.building'),
  main: 'view-build',
  beside: [],
})

/** What was known of it before the connection was lost; what it offered is disabled. */
export const asLastKnown = (display: EnvironmentDisplay): EnvironmentDisplay => ({
  ...display,
  tone: 'ring',
  label: t('state.lastKnown', { label: display.label }),
})

const OFFERED: Record<EnvironmentState, Omit<EnvironmentDisplay, 'label'>> = {
  absent: { tone: 'ring', main: 'start', beside: ['definition'] },
  starting: { tone: 'busy', main: 'logs', beside: ['stop'] },
  ready: { tone: 'good', main: 'open', beside: ['stop', 'reset'] },
  unhealthy: { tone: 'bad', main: 'logs', beside: ['restart', 'reset'] },
  paused: { tone: 'bad', main: 'start', beside: ['stop', 'reset'] },
  stopped: { tone: 'ring', main: 'start', beside: ['reset'] },
}

/** What can be done in a state beside its fixed buttons. */
const REST: Record<string, Action[]> = {
  absent: [],
  starting: ['restart', 'reset'],
  ready: ['open', 'stop', 'restart', 'reset', 'logs'],
  unhealthy: ['open', 'stop', 'restart', 'reset'],
  paused: ['start', 'stop', 'reset'],
  stopped: ['start'],
}

/** Whether nothing goes on with an environment, so that something can be done with it. */
export const isIdle = ({ operation }: ProjectSummary, { main }: EnvironmentDisplay): boolean =>
  operation === null && main !== 'start-engine'

/** Whether an environment can be opened with something else than its main button does. */
export const canOpen = (project: ProjectSummary, display: EnvironmentDisplay): boolean =>
  project.state === 'ready' && isIdle(project, display)

/** What else can be done with an environment, beside what its display offers. */
export function restOf(project: ProjectSummary, display: EnvironmentDisplay): Action[] {
  const fixed = new Set([display.main, ...display.beside])
  return isIdle(project, display) ? (REST[project.state] ?? []).filter((action) => !fixed.has(action)) : []
}

/** What waits for a person's trust starts only with it; what runs goes on. */
function asking(project: ProjectSummary, state: EnvironmentState): EnvironmentDisplay {
  const offered = OFFERED[state]
  const beside: Action[] = offered.main === 'start' ? offered.beside : ['trust', ...offered.beside]
  return { label: labelOf(project, state), ...offered, beside }
}

function labelOf({ version, failedChecks }: ProjectSummary, state: EnvironmentState): string {
  const word = wordOf(state, failedChecks)
  // A version whose environment is gone is none to speak of.
  if (!version || state === 'absent' || state === 'starting' || state === 'unhealthy') return word
  return t(version.knownGood ? 'state.ofKnownGood' : 'state.of', { word, ordinal: version.ordinal })
}

const wordOf = (state: EnvironmentState, failedChecks: number | null): string =>
  state === 'unhealthy' && failedChecks !== null
    ? t('state.unhealthyCount', { count: failedChecks })
    : t(`state.${state}`)

function working(
  { kind, step, steps, undoing }: NonNullable<ProjectSummary['operation']>,
  { state, watch }: ProjectSummary,
): EnvironmentDisplay {
  const busy = (label: string): EnvironmentDisplay => ({
    tone: 'busy',
    label,
    main: 'view-build',
    beside: ['cancel'],
  })
  if (undoing) return { tone: 'bad', label: t('state.undoing'), main: 'view-build', beside: [] }
  if (!isBuild(kind)) return busy(t(`state.${kind}`))
  if (step && isOfStart(step)) {
    const begun = busy(t(step.phase === 'health' ? 'state.starting' : 'state.startingOnly'))
    // If something is there, it is what starts; otherwise it starts beside what runs, whose logs do not show it.
    return state === 'starting' ? { ...begun, main: 'logs', beside: ['view-build', 'cancel'] } : begun
  }
  if (watch?.kind === 'swapping') return busy(t('state.startingOnly'))
  if (steps.begun === 0) return busy(t('state.building'))
  if (steps.all === null) return busy(t('state.buildingStep', { step: steps.begun }))
  return busy(t('state.buildingStepOf', { step: steps.begun, all: steps.all }))
}

/** Work whose steps are counted: it builds a version, or brings one up. */
export const isBuild = (kind: OperationKind): kind is 'up' | 'build' | 'initialize' | 'rebuild' =>
  kind === 'up' || kind === 'build' || kind === 'initialize' || kind === 'rebuild'

const NOT_READY = new Set([
  'not-ready',
  'container-exited',
  'container-not-started',
  'remote-user-missing',
  'workspace-missing',
  'programs-unfound',
  'service-without-check',
  'networks-exhausted',
  'shell-missing',
  'mount-source-missing',
  'mount-without-place',
  'output-endless',
  'container-stuck',
  'content-gone',
  'port-taken',
])

function failed({ version, state }: ProjectSummary, { code, data }: ErrorReport): EnvironmentDisplay {
  const isOfStart = code === 'hook-failed' && isHookOfStart(data['hook'])
  const what = t(
    code === 'build-failed' || (code === 'hook-failed' && !isOfStart)
      ? 'state.buildFailed'
      : NOT_READY.has(code) || isOfStart
        ? 'state.notReady'
        : 'state.failed',
  )
  const still = version && (state === 'ready' || state === 'starting' || state === 'unhealthy')
  const label = still ? t('state.stillOn', { what, ordinal: version.ordinal }) : what
  return { tone: 'bad', label, main: 'view-error', beside: ['retry'] }
}

/** What is worth knowing beside the state. */
export function badgesOf(project: ProjectSummary): Badge[] {
  const { watch, drift, state, failure, needsTrust, operation, newerPins, chosen, version } = project
  const badges: Badge[] = []
  if (version?.layer && state !== 'absent') badges.push({ tone: 'plain', label: t('state.layer') })
  if (watch?.kind === 'offered') badges.push({ tone: 'busy', label: t('state.updateReady') })
  if (watch?.kind === 'waiting') {
    badges.push({ tone: 'busy', label: t('state.updateWaiting', { count: watch.sessions }) })
  }
  if (watch?.kind === 'changed' && !operation)
    badges.push({ tone: 'warn', label: t('state.definitionChanged') })
  // Where a new version waits or fails, that is what is worth knowing.
  if (chosen && !operation && (watch?.kind === 'following' || watch?.kind === 'swapped')) {
    badges.push({
      tone: 'warn',
      label: t('state.chosen', { wanted: chosen.wanted }),
      tab: 'overview',
    })
  }
  // The reason for a failed build is already shown.
  if (needsTrust && !operation) badges.push({ tone: 'warn', label: t('trust.badge') })
  if (watch?.kind === 'failed' && !failure && !needsTrust)
    badges.push({ tone: 'warn', label: t('state.definitionFails') })
  if (drift !== null && drift > 0 && state !== 'absent') {
    badges.push({ tone: 'warn', label: t('state.drifted', { count: drift }), tab: 'drift' })
  }
  if (newerPins.length > 0 && state !== 'absent') {
    badges.push({ tone: 'warn', label: t('state.baseOutdated'), tab: 'definition' })
  }
  return badges
}
