import { connect, type Engine } from '../docker/connection/connect.ts'
import type { RunningOperations } from '../operation/start-operation.ts'
import { openSecretProvider, type SecretProvider } from '../secrets/secret-provider.ts'
import { type Home, openHome } from '../store/home.ts'
import { readSettings } from '../store/settings.ts'

/** What every verb needs of this computer: the engine, the application's data folder, the person's environment. */
export interface Host {
  home: Home
  env: Record<string, string | undefined>
  /** Fingerprints of what a person grants with the verb that is running. */
  grants: readonly string[]
  secrets: SecretProvider
  /** Connects on the first call. Errors: `engine-missing`, `engine-forbidden` … */
  engine(): Promise<Engine>
  /** Looks for the engine anew at the next call. */
  disconnect(): void
  runningOperations: RunningOperations
  /** Takes work that a result need not wait for. It must not fail. */
  inBackground(work: Promise<void>): void
  /** Waits for that work. */
  backgroundDone(): Promise<void>
}

export function openHost(env: Record<string, string | undefined>): Host {
  let engine: Promise<Engine> | undefined
  const pending = new Set<Promise<void>>()
  const home = openHome(env)
  return {
    home,
    env,
    grants: [],
    secrets: openSecretProvider(env),
    runningOperations: new Map(),
    engine: () => {
      engine ??= connectChosen(home, env).catch((error: unknown) => {
        // An engine that is started later is found by the next verb.
        engine = undefined
        throw error
      })
      return engine
    },
    disconnect: () => {
      engine = undefined
    },
    inBackground: (work) => {
      pending.add(work)
      void work.finally(() => pending.delete(work))
    },
    backgroundDone: async () => {
      await Promise.all(pending)
    },
  }
}

/** An engine that the person chose in the settings comes before all others. */
async function connectChosen(home: Home, env: Record<string, string | undefined>): Promise<Engine> {
  const { engine } = await readSettings(home)
  return connect(engine === null ? env : { ...env, DOCKER_HOST: engine })
}
