import type { Engine } from '../../docker/connection/connect.ts'
import { removeContainer, stopContainer } from '../../docker/containers.ts'

/** What happened to an unwanted container, and why it was not removed. */
export type Put = { kind: 'removed' } | { kind: 'stopped'; why: unknown }

/**
 * Removes a container, or stops it if the engine does not remove it, so that others can use what it held. Errors: the
 * reason why it was not removed, if it may still run.
 */
export async function removeOrStop(engine: Engine, id: string): Promise<Put> {
  try {
    await removeContainer(engine, id)
    return { kind: 'removed' }
  } catch (why) {
    await stopContainer(engine, id).catch(() => {
      throw why
    })
    return { kind: 'stopped', why }
  }
}
