import type { InputChange } from '../../../shared/change.ts'
import type {
  ErrorReport,
  OperationEnd,
  RecordedEvent,
  StepEvent,
  StepPhase,
} from '../../../shared/operation.ts'

type StepState = StepEvent['state']

/** Which part of the work a step belongs to; a stage by its name, `''` where there is only one. */
export type StepGroup =
  | { kind: 'prepare' | 'keep' | 'hooks' | 'data' | 'environment' | 'clean' | 'undo' }
  | { kind: 'stage'; stage: string }

export interface Step {
  id: string
  name: string
  phase: StepPhase
  subject: string | undefined
  place: StepEvent['place']
  state: StepState
  /** In milliseconds since 1970. */
  began: number
  ended: number | undefined
  /** Bytes, or so many of a unit, when it moves data. */
  moved: { done: number; total: number | undefined; unit: StepEvent['unit'] } | undefined
}

/** An operation's steps, as far as they are known. What a step printed is kept elsewhere. */
export interface Steps {
  plan: { ordinal: number; because: InputChange[] } | undefined
  groups: { key: string; group: StepGroup; steps: Step[] }[]
  notes: { kind: 'note' | 'warning'; text: string }[]
  began: number | undefined
  /** Why what it did to the environment is being undone; it has not ended yet. */
  undoing: ErrorReport | undefined
  end: (OperationEnd & { at: number }) | undefined
}

export const NO_STEPS: Steps = {
  plan: undefined,
  groups: [],
  notes: [],
  began: undefined,
  undoing: undefined,
  end: undefined,
}

/** The steps after some more events of the recording, in order. What steps print is passed over. */
export function foldSteps(before: Steps, events: readonly RecordedEvent[]): Steps {
  let steps = before
  for (const { at, event } of events) steps = fold(steps, Date.parse(at), event)
  return steps
}

function fold(steps: Steps, at: number, event: RecordedEvent['event']): Steps {
  const began = steps.began ?? at
  switch (event.kind) {
    case 'plan':
      return { ...steps, began, plan: { ordinal: event.ordinal, because: event.because } }
    case 'note':
    case 'warning':
      return { ...steps, began, notes: [...steps.notes, event] }
    case 'log':
      return steps.began === undefined ? { ...steps, began } : steps
    case 'step':
      return { ...steps, began, groups: withStep(steps, at, event) }
    case 'undoing':
      return { ...steps, began, undoing: event.error, groups: ended(steps.groups, at, 'failed') }
    case 'end':
      return { ...steps, began, end: { ...event, at }, groups: ended(steps.groups, at, event.state) }
  }
}

function withStep({ groups, undoing }: Steps, at: number, event: StepEvent): Steps['groups'] {
  for (const [place, found] of groups.entries()) {
    const index = found.steps.findIndex(({ id }) => id === event.id)
    const step = found.steps[index]
    if (!step) continue
    return groups.with(place, { ...found, steps: found.steps.with(index, next(step, at, event)) })
  }
  const group: StepGroup = undoing ? { kind: 'undo' } : groupOf(event)
  const key = group.kind === 'stage' ? `stage ${group.stage}` : group.kind
  const { id, name, phase, subject, place: of } = event
  const fresh: Step = {
    ...{ id, name, phase, subject, place: of },
    ...{ state: 'running', began: at, ended: undefined, moved: undefined },
  }
  const step = next(fresh, at, event)
  const place = groups.findIndex((one) => one.key === key)
  const found = groups[place]
  if (!found) return [...groups, { key, group, steps: [step] }]
  return groups.with(place, { ...found, steps: [...found.steps, step] })
}

function next(step: Step, at: number, event: StepEvent): Step {
  return {
    ...step,
    state: event.state,
    ended: event.state === 'running' ? undefined : at,
    moved: event.done === undefined ? step.moved : { done: event.done, total: event.total, unit: event.unit },
  }
}

/** Steps that were running when all ended did not go on; of a failure, they are what failed. */
function ended(groups: Steps['groups'], at: number, state: OperationEnd['state']): Steps['groups'] {
  const hasFailed = groups.some(({ steps }) => steps.some((step) => step.state === 'failed'))
  const left = state === 'done' ? 'done' : state === 'failed' && !hasFailed ? 'failed' : undefined
  return groups.map((one) => ({
    ...one,
    steps: one.steps.map((step) =>
      step.state === 'running' ? { ...step, ended: at, ...(left && { state: left }) } : step,
    ),
  }))
}

const GROUPS: Record<StepPhase, Exclude<StepGroup['kind'], 'stage'>> = {
  initialize: 'prepare',
  fetch: 'prepare',
  pull: 'prepare',
  download: 'prepare',
  inputs: 'prepare',
  install: 'prepare',
  build: 'prepare',
  hook: 'hooks',
  bake: 'keep',
  data: 'data',
  start: 'environment',
  health: 'environment',
  dotfiles: 'environment',
  clean: 'clean',
}

/** Which part of the work a step is; what the builder does outside of all stages prepares them. */
const groupOf = ({ phase, subject, place }: StepEvent): StepGroup =>
  phase === 'build' && place ? { kind: 'stage', stage: subject ?? '' } : { kind: GROUPS[phase] }

/** How much of what is counted is done, in hundredths. */
export const percentOf = ({ done, total }: { done: number; total: number | undefined }): number =>
  total ? Math.floor((100 * Math.min(done, total)) / total) : 0

/** All steps, in the order of their groups. */
export const allSteps = ({ groups }: Steps): Step[] => groups.flatMap(({ steps }) => steps)

/** The step that a person has to see: the failed one. */
export const failedStep = (steps: Steps): Step | undefined =>
  allSteps(steps).find(({ state }) => state === 'failed')

/** How many steps have ended and how many have begun; those to come are not known. */
export function progressOf(steps: Steps): { ended: number; begun: number } {
  const all = allSteps(steps)
  return { ended: all.filter(({ ended }) => ended !== undefined).length, begun: all.length }
}

/** Whether an image was really built: a step of a stage ran that was not cached. */
export const wasBuilt = (steps: Steps): boolean =>
  steps.groups.some(
    ({ group, steps: own }) => group.kind === 'stage' && own.some(({ state }) => state === 'done'),
  )
