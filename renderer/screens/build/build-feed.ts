import { createStore, type StoreApi } from 'zustand/vanilla'
import type { OperationId, ProjectKey } from '../../../shared/ids.ts'
import type { RecordedEvent } from '../../../shared/operation.ts'
import { client } from '../../client/client.ts'
import type { ProductFailure } from '../../client/failure.ts'
import { follow } from '../../client/follow.ts'
import { foldSteps, NO_STEPS, type Steps } from '../../store/operations/steps.ts'
import { LogBuffer } from '../environment/logs/log-buffer.ts'
import { OutputLines } from './output-lines.ts'

/** What a step printed. `turn` counts up with each change. */
export interface StepOutput {
  buffer: LogBuffer
  lines: OutputLines
  turn: number
}

export interface BuildState {
  steps: Steps
  /** By the step's id. */
  output: Map<string, StepOutput>
  /** Counts up with each change. */
  turn: number
  failure: ProductFailure | undefined
}

export interface BuildFeed {
  store: StoreApi<BuildState>
  stop(): void
}

/** Of one step so much is kept. */
const LIMITS = { lines: 200_000, bytes: 16 * 1024 * 1024 }

/** Follows an operation's recording from its beginning; the page is updated at most once a frame. */
export function openBuild(project: ProjectKey, operation: OperationId): BuildFeed {
  const store = createStore<BuildState>(() => ({
    steps: NO_STEPS,
    output: new Map(),
    turn: 0,
    failure: undefined,
  }))
  let from = 0
  let fresh: RecordedEvent[] = []
  let frame = 0
  const tell = () => {
    frame = 0
    const events = fresh
    fresh = []
    store.setState((state) => {
      for (const { event } of events) if (event.kind === 'log') print(state.output, event.step, event.text)
      return { steps: foldSteps(state.steps, events), turn: state.turn + 1 }
    })
  }
  const stop = follow((signal) => client.operations.watch({ project, operation, from }, { signal }), {
    event: (event) => {
      from = event.index + 1
      fresh.push(event)
      frame ||= requestAnimationFrame(tell)
    },
    failed: (failure) => store.setState({ failure }),
  })
  return {
    store,
    stop: () => {
      stop()
      cancelAnimationFrame(frame)
    },
  }
}

function print(output: BuildState['output'], step: string, text: string): void {
  let one = output.get(step)
  if (!one) {
    one = { buffer: new LogBuffer(LIMITS), lines: new OutputLines(), turn: 0 }
    output.set(step, one)
  }
  one.buffer.add(one.lines.read(text))
  one.turn++
}

/** What a step printed last, also while the line is not complete. */
export const lastLine = (output: StepOutput | undefined): string =>
  output ? (output.lines.unfinished()[0]?.text ?? output.buffer.tail(1)[0] ?? '') : ''

/** The last lines that a step printed. */
export const lastLines = ({ buffer, lines }: StepOutput, count: number): string[] =>
  [...buffer.tail(count), ...lines.unfinished().map(({ text }) => text)].slice(-count)
