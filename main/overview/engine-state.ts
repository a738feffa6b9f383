import type { EngineState } from '../../shared/engine-state.ts'
import { reportOf } from '../../shared/errors.ts'
import { engineVersion } from '../docker/connection/engine-version.ts'
import type { Host } from '../host/host.ts'
import { SharedPoll } from './shared-poll.ts'

/** In milliseconds: how often an engine is searched for, and how often a found one is asked again. */
const POLL_INTERVAL = 2_000
const PROBE_INTERVAL = 5_000

/** Polls whether an engine answers. Call `poll` to ask at once after another engine was chosen. */
export const engineStatePoll = (host: Host): SharedPoll<EngineState> =>
  new SharedPoll(async () => {
    const value = await stateNow(host)
    return { value, wait: value.kind === 'ready' ? PROBE_INTERVAL : POLL_INTERVAL }
  })

async function stateNow(host: Host): Promise<EngineState> {
  try {
    const engine = await host.engine()
    const { name, version } = await engineVersion(engine)
    return { kind: 'ready', name, version, address: engine.address, local: engine.local }
  } catch (error) {
    // The engine may return at another address.
    host.disconnect()
    return { kind: 'down', error: reportOf(error) }
  }
}
