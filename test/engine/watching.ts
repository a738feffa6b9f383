import { setTimeout as pause } from 'node:timers/promises'
import type { WatchState } from '../../shared/watch.ts'
import type { TestProject } from './test-project.ts'

type Kind = WatchState['kind']
type Of<K extends Kind> = Extract<WatchState, { kind: K }>

/** A watch of a project, with everything that it told. */
export class Watching implements AsyncDisposable {
  readonly states: WatchState[] = []
  private readonly controller = new AbortController()
  private readonly ended: Promise<void>

  constructor(project: TestProject) {
    const { signal } = this.controller
    const tell = (state: WatchState) => this.states.push(state)
    const watcher = { ...project.run(signal), tell }
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

  /** What was told since the last call, once nothing more came for a while. */
  async rest(): Promise<Kind[]> {
    for (let before = -1; before !== this.states.length; ) {
      before = this.states.length
      await pause(3_000)
    }
    return this.states.splice(0).map(({ kind }) => kind)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.controller.abort()
    await this.ended
  }
}
