import { setTimeout as pause } from 'node:timers/promises'
import type { Watcher } from '../../main/watch/watch.ts'
import type { Pace } from '../../main/watch/watch-changes.ts'
import type { WatchState } from '../../shared/watch.ts'
import type { TestProject } from './test-project.ts'

type Kind = WatchState['kind']
type Of<K extends Kind> = Extract<WatchState, { kind: K }>

/** For stories whose changes come one by one: less waiting for files to settle and for what no file tells. */
const BRISK: Pace = { quiet: 200, longest: 1000, poll: 200, soon: 100, later: 300 }

/** A watch of a project, with everything that it told. */
export class Watching implements AsyncDisposable {
  readonly states: WatchState[] = []
  private readonly project: TestProject
  private readonly controller = new AbortController()
  private readonly ended: Promise<void>
  /** When the last look that has ended began. */
  private looked = 0
  private rests = 0

  /** `pace`: `PACE` where it is part of the story. */
  constructor(project: TestProject, pace = BRISK) {
    const { signal } = this.controller
    this.project = project
    const watcher: Watcher = {
      ...project.run(signal),
      pace,
      onState: (state) => this.states.push(state),
      onChecked: (began) => {
        this.looked = began
      },
    }
    this.ended = project.engine.watch(project.folder, { frozen: false }, watcher)
  }

  /** Waits until a state of a kind was told after the last call; the states that came before it are left behind. */
  async until<K extends Kind>(kind: K): Promise<Of<K>> {
    for (let waited = 0; waited < 60_000; waited += 20) {
      const index = this.states.findIndex((state) => state.kind === kind)
      if (index >= 0) return this.states.splice(0, index + 1).at(-1) as Of<K>
      await pause(20)
    }
    throw new Error(`Nothing of "${kind}" in ${JSON.stringify(this.states)}`)
  }

  /** What was told since the last call, once files were looked at and all was done that followed of everything until now. */
  async rest(): Promise<Kind[]> {
    // Inotify reports in order: when this one arrives, all that was written before has arrived.
    await this.project.write({ [`rest/${this.rests++}`]: '' })
    const since = performance.now()
    for (let waited = 0; this.looked < since; waited += 20) {
      if (waited > 60_000) throw new Error('Nothing was looked at.')
      await pause(20)
    }
    return this.states.splice(0).map(({ kind }) => kind)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.controller.abort()
    await this.ended
  }
}
