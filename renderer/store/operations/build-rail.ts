import type { OperationKind } from '../../../shared/operation.ts'
import { isOfStart } from './start-steps.ts'
import { allSteps, type Step, type Steps } from './steps.ts'

/** The stages of bringing up a version, in their order; `undo` is what a failure leads to. */
const STAGES = ['prepare', 'pull', 'image', 'content', 'data', 'start', 'ready', 'clean', 'undo'] as const
type StageName = (typeof STAGES)[number]

/** One stage of the work, with what its steps come to. */
export interface Stage {
  name: StageName
  /** `waiting`: it comes, and has not begun. `stopped`: it was running when the work ended. */
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped'
  /** In milliseconds since 1970; undefined as long as it waits, and `ended` as long as it runs. */
  began: number | undefined
  ended: number | undefined
  /** Steps that have ended, those of them that were cached, and all that are known. */
  done: number
  cached: number
  all: number
  /** Bytes that its steps move, where they say so; `total` undefined where one does not know it. */
  moved: { done: number; total: number | undefined } | undefined
  /** What runs in it now, or failed. */
  current: Step[]
}

function stageOf(step: Step): StageName {
  if (step.phase === 'health') return 'ready'
  if (isOfStart(step)) return 'start'
  switch (step.phase) {
    case 'pull':
    case 'download':
      return 'pull'
    case 'build':
      return step.place ? 'image' : 'prepare'
    case 'bake':
    case 'hook':
      return 'content'
    case 'data':
    case 'clean':
      return step.phase
    default:
      return 'prepare'
  }
}

/** An operation, and its steps as far as they are known. */
export interface Recorded {
  kind: OperationKind
  steps: Steps
}

/** The stages of one piece of work, which may take several operations: a version is built, then swapped in. */
export function railOf(operations: readonly Recorded[]): Stage[] {
  const found = new Map<StageName, { steps: Step[]; stopped: boolean }>()
  for (const { steps } of operations) {
    const undone = new Set(steps.groups.find(({ key }) => key === 'undo')?.steps)
    for (const step of allSteps(steps)) {
      const name = undone.has(step) ? 'undo' : stageOf(step)
      const stage = found.get(name) ?? { steps: [], stopped: false }
      found.set(name, stage)
      stage.steps.push(step)
      if (steps.end && step.state === 'running') stage.stopped = true
    }
  }
  const last = operations.at(-1)
  for (const name of last && !last.steps.end && !last.steps.undoing ? expected(last.kind, found) : [])
    if (!found.has(name)) found.set(name, { steps: [], stopped: false })
  return STAGES.flatMap((name) => {
    const stage = found.get(name)
    return stage ? [summaryOf(name, stage.steps, stage.stopped)] : []
  })
}

/** The stages that come, as far as the kind of work and its progress show. */
function expected(kind: OperationKind, found: ReadonlyMap<StageName, unknown>): StageName[] {
  const starts = found.has('start')
  switch (kind) {
    case 'up':
      return starts ? [] : ['image', 'start']
    case 'build':
    case 'rebuild':
      return ['image']
    case 'reset':
    case 'restart':
      return ['start']
    default:
      return []
  }
}

function summaryOf(name: StageName, steps: Step[], stopped: boolean): Stage {
  const running = steps.filter(({ ended }) => ended === undefined)
  const failed = steps.filter(({ state }) => state === 'failed')
  const ended = steps.filter((step) => step.ended !== undefined)
  const moving = steps.flatMap(({ moved }) => (moved && moved.unit === undefined ? [moved] : []))
  const state =
    steps.length === 0
      ? 'waiting'
      : failed.length > 0
        ? 'failed'
        : stopped
          ? 'stopped'
          : running.length > 0
            ? 'running'
            : 'done'
  return {
    name,
    state,
    began: steps.length > 0 ? Math.min(...steps.map(({ began }) => began)) : undefined,
    ended:
      state === 'running' || steps.length === 0 ? undefined : Math.max(...ended.map((one) => one.ended ?? 0)),
    done: ended.length,
    cached: steps.filter((step) => step.state === 'cached').length,
    all: Math.max(steps.length, countOf(steps)),
    moved:
      moving.length > 0
        ? {
            done: moving.reduce((sum, { done }) => sum + done, 0),
            total: moving.every(({ total }) => total !== undefined)
              ? moving.reduce((sum, { total }) => sum + (total ?? 0), 0)
              : undefined,
          }
        : undefined,
    current: failed.length > 0 ? failed : running,
  }
}

/** How many steps the stages of a Dockerfile have together, by what those seen so far say. */
function countOf(steps: Step[]): number {
  const sizes = new Map(steps.flatMap(({ place, subject }) => (place ? [[subject ?? '', place.of]] : [])))
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

/** How far a version is on its way into the place of the one that runs; `built`: it waits beside it. */
export type SwapState = 'building' | 'swapping' | 'built' | 'done' | 'undoing' | 'failed' | 'cancelled'

/** How far the work has come, by its last operation. */
export function swapState(operations: readonly Recorded[]): SwapState {
  const last = operations.at(-1)
  if (!last) return 'building'
  const { end, undoing } = last.steps
  if (end?.state === 'done') return last.kind === 'build' || last.kind === 'rebuild' ? 'built' : 'done'
  if (end) return end.state === 'cancelled' ? 'cancelled' : 'failed'
  if (undoing) return 'undoing'
  return allSteps(last.steps).some(isOfStart) ? 'swapping' : 'building'
}
