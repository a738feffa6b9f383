import type { StepEvent } from '../../shared/operation.ts'
import type { ProjectSummary } from '../../shared/project.ts'

/** Counts the steps of an operation: those that have begun, and all of them, as far as the stages seen so far show. */
export class StepCounter {
  private readonly begun = new Set<string>()
  private readonly stages = new Map<string, number>()
  private others = 0
  /** The step that began last. */
  step: NonNullable<ProjectSummary['operation']>['step'] = null

  add({ id, name, state, phase, subject, place }: StepEvent): void {
    if (state === 'running') this.step = { name, phase, subject: subject ?? null }
    if (this.begun.has(id)) return
    this.begun.add(id)
    if (place) this.stages.set(subject ?? '', place.of)
    else this.others++
  }

  /** `all` is null until a build has named its steps. */
  get steps(): { begun: number; all: number | null } {
    const known = [...this.stages.values()].reduce((sum, count) => sum + count, this.others)
    const begun = this.begun.size
    return { begun, all: this.stages.size === 0 ? null : Math.max(begun, known) }
  }
}
