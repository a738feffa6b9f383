import type { Engine } from '../../docker/connection/connect.ts'
import { removeContainer, stopContainer } from '../../docker/containers.ts'

/** What became of a container that is not wanted, and why it was not removed. */
export type Put = { kind: 'removed' } | { kind: 'stopped'; why: unknown }

/**
 * Removes a container, or stops it where the engine does not remove it: what it has can be given to others then. Errors:
 * why it was not removed, where it may run.
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
