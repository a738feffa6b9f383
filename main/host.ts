import { connect, type Engine } from './docker/connect.ts'
import type { RunningOperations } from './operation/start.ts'
import { type Home, openHome } from './project/home.ts'

/** What every verb needs of this computer: the engine, the application's data folder, the person's environment. */
export interface Host {
  home: Home
  env: Record<string, string | undefined>
  /** Connects on the first call. Errors: `engine-missing`, `engine-forbidden` … */
  engine(): Promise<Engine>
  running: RunningOperations
  /** Takes work that a result need not wait for. It must not fail. */
  afterwards(work: Promise<void>): void
  /** Waits for that work. */
  settled(): Promise<void>
}

export function openHost(env: Record<string, string | undefined>): Host {
  let engine: Promise<Engine> | undefined
  const pending = new Set<Promise<void>>()
  return {
    home: openHome(env),
    env,
    running: new Map(),
    engine: () => {
      engine ??= connect(env).catch((error: unknown) => {
        // An engine that is started later is found by the next verb.
        engine = undefined
        throw error
      })
      return engine
    },
    afterwards: (work) => {
      pending.add(work)
      void work.finally(() => pending.delete(work))
    },
    settled: async () => {
      await Promise.all(pending)
    },
  }
}
