import type { OperationEvent } from '../../shared/operation.ts'

/** BuildKit names a stage's steps "[app 2/5] RUN …", or "[2/5] RUN …" where there is one stage. */
const NAMED = /^\[(?:(.*) )?\d+\/(\d+)\] /

/** Counts the steps of an operation: those that have begun, and all, as far as the stages that were seen tell. */
export class StepCount {
  private readonly begun = new Set<string>()
  private readonly stages = new Map<string, number>()
  private others = 0
  /** The step that began last. */
  step: string | null = null

  hear({ id, name, state }: Extract<OperationEvent, { kind: 'step' }>): void {
    if (state === 'running') this.step = name
    if (this.begun.has(id)) return
    this.begun.add(id)
    const [, stage = '', count] = NAMED.exec(name) ?? []
    if (count === undefined) this.others++
    else this.stages.set(stage, Number(count))
  }

  /** `all` is null until a build has named its steps. */
  get steps(): { begun: number; all: number | null } {
    const known = [...this.stages.values()].reduce((sum, count) => sum + count, this.others)
    const begun = this.begun.size
    return { begun, all: this.stages.size === 0 ? null : Math.max(begun, known) }
  }
}
