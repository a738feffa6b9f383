import type { InputChange } from '../../../shared/change.ts'
import type { OperationEnd, OperationEvent, RecordedEvent } from '../../../shared/operation.ts'

type StepEvent = Extract<OperationEvent, { kind: 'step' }>
type StepState = StepEvent['state']

/** Which part of the work a step belongs to; a stage by its name, `''` where there is only one. */
export type StepGroup =
  | { kind: 'prepare' | 'keep' | 'hooks' | 'environment' }
  | { kind: 'stage'; stage: string }

export interface Step {
  id: string
  /** What is done, without the builder's counting. */
  name: string
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
  end: (OperationEnd & { at: number }) | undefined
}

export const NO_STEPS: Steps = { plan: undefined, groups: [], notes: [], began: undefined, end: undefined }

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
      return { ...steps, began, groups: withStep(steps.groups, at, event) }
    case 'end':
      return { ...steps, began, end: { ...event, at }, groups: ended(steps.groups, at, event.state) }
  }
}

function withStep(groups: Steps['groups'], at: number, event: StepEvent): Steps['groups'] {
  for (const [place, found] of groups.entries()) {
    const index = found.steps.findIndex(({ id }) => id === event.id)
    const step = found.steps[index]
    if (!step) continue
    return groups.with(place, { ...found, steps: found.steps.with(index, next(step, at, event)) })
  }
  const { group, name } = partOf(event.name)
  const key = group.kind === 'stage' ? `stage ${group.stage}` : group.kind
  const fresh: Step = { id: event.id, name, state: 'running', began: at, ended: undefined, moved: undefined }
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

/** Which part of the work a step is, by the name that the builder and the engine give it. */
function partOf(name: string): { group: StepGroup; name: string } {
  const stage = /^\[(?:\S+\/\S+ )?(?:(\S+) +)?\d+\/\d+\] +(.*)$/s.exec(name)
  if (stage) return { group: { kind: 'stage', stage: stage[1] ?? '' }, name: stage[2] ?? name }
  const internal = /^\[(?:internal|auth)\] +(.*)$/s.exec(name)
  if (internal) return { group: { kind: 'prepare' }, name: internal[1] ?? name }
  if (/^(?:onCreate|updateContent|postCreate|postStart|postAttach)Command/.test(name)) {
    return { group: { kind: 'hooks' }, name }
  }
  if (/^(?:exporting|Keep the baked image)/.test(name)) return { group: { kind: 'keep' }, name }
  if (/^(?:Start |Health check|Dotfiles)/.test(name)) return { group: { kind: 'environment' }, name }
  return { group: { kind: 'prepare' }, name }
}

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
