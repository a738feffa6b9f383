import type { Run } from '../../shared/operation.ts'
import { sanitize } from '../../shared/sanitize.ts'

/** What git names in its progress (git's progress.c: "Label:  45% (9/20), …"), as steps. */
const PHASES: Record<string, { id: string; name: string; unit: 'objects' | 'files' }> = {
  'Counting objects': { id: 'wait', name: 'Wait for the server', unit: 'objects' },
  'Compressing objects': { id: 'wait', name: 'Wait for the server', unit: 'objects' },
  'Receiving objects': { id: 'receive', name: 'Receive objects', unit: 'objects' },
  'Resolving deltas': { id: 'deltas', name: 'Put objects together', unit: 'objects' },
  'Updating files': { id: 'files', name: 'Write files', unit: 'files' },
}
const PROGRESS = /^(?:remote: )?([A-Z][a-z]+ [a-z]+): +\d+% \((\d+)\/(\d+)\)/

/** Turns git's progress messages into consecutive steps and logs of an operation. */
export class CloneSteps {
  private readonly run: Run
  private readonly prefix: string
  private current: { id: string; name: string } | undefined
  private last = ''

  /** `prefix` keeps the steps of several fetches apart. */
  constructor(run: Run, prefix: string) {
    this.run = run
    this.prefix = prefix
  }

  /** Begins a step that git does not name. */
  begin(id: string, name: string): void {
    if (this.current?.id === id) return
    this.end('done')
    this.current = { id, name }
    this.run.report({ ...this.step({ id, name }), state: 'running' })
  }

  line(text: string): void {
    const [, label = '', done, total] = PROGRESS.exec(text) ?? []
    const phase = PHASES[label]
    if (!phase) {
      if (this.current && !/^(?:Cloning into|remote: (?:Enumerating|Total) )/.test(text)) {
        this.run.report({ kind: 'log', step: this.prefix + this.current.id, text: `${sanitize(text)}\n` })
      }
      return
    }
    const { id, name, unit } = phase
    const state = `${id} ${done} ${total}`
    if (state === this.last) return
    this.last = state
    this.begin(id, name)
    const counted = { done: Number(done), total: Number(total), unit }
    this.run.report({ ...this.step({ id, name }), state: 'running', ...counted })
  }

  /** The step that goes on has ended. */
  end(state: 'done' | 'failed'): void {
    if (this.current) this.run.report({ ...this.step(this.current), state })
    this.current = undefined
  }

  private step({ id, name }: { id: string; name: string }) {
    return { kind: 'step', id: this.prefix + id, name, phase: 'fetch' } as const
  }
}
