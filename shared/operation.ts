import type { InputChange } from './change.ts'

/** What long work says while it goes on, in BuildKit's vocabulary: steps, their logs, notes. */
export type OperationEvent =
  | {
      kind: 'step'
      id: string
      name: string
      state: 'running' | 'done' | 'cached' | 'failed'
      /** Bytes, when the step moves data. */
      done?: number
      total?: number
    }
  | { kind: 'log'; step: string; text: string }
  /** What is about to be made, and why. */
  | { kind: 'plan'; ordinal: number; because: InputChange[] }
  | { kind: 'note'; text: string }
  | { kind: 'warning'; text: string }

/** How a verb is run: `signal` cancels it, `report` hears its progress. */
export interface Run {
  signal: AbortSignal
  report(event: OperationEvent): void
}
