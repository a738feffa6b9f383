import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import type { RigPaths } from './home.ts'
import { say } from './progress.ts'

/** No test waits that long for what it built. */
const UNUSED_FOR = '24h'

/**
 * Removes what builds left in the engine's cache and nobody used for a day. Nothing else does, every run adds thousands
 * of records, and the engine walks all of them whenever it measures its disk: with 27,000 that takes seconds of a core.
 */
export async function dropOldBuilds(paths: RigPaths): Promise<void> {
  // dockerode's pruneBuilder takes no filters, and would take from runs beside this one what they have just built.
  const query = new URLSearchParams({ all: '1', filters: JSON.stringify({ until: [UNUSED_FOR] }) })
  const prune = request({
    socketPath: paths.engine.socket,
    method: 'POST',
    path: `/build/prune?${query}`,
    headers: { host: 'engine' },
  })
  const answer = await new Promise<{ CachesDeleted?: string[] | null; message?: string }>(
    (resolve, reject) => {
      prune.on('response', (response) => json(response).then((value) => resolve(value as object), reject))
      prune.on('error', reject)
      prune.end()
    },
  )
  if (answer.message) return say(`old builds stay: ${answer.message}`)
  const count = answer.CachesDeleted?.length ?? 0
  if (count > 0) say(`removed ${count} records of old builds`)
}
