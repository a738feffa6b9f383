import { createStore } from 'zustand/vanilla'
import type { EngineState } from '../../../shared/engine-state.ts'
import { client } from '../../client/client.ts'
import { follow } from '../../client/follow.ts'

/** Whether a container engine answers; undefined until it is known. */
export const engine = createStore<{ engine: EngineState | undefined }>(() => ({ engine: undefined }))

/** Keeps it as it is. */
export function followEngine(): () => void {
  return follow((signal) => client.engine.watch(undefined, { signal }), {
    event: (state) => engine.setState({ engine: state }),
    failed: ({ report }) => engine.setState({ engine: { kind: 'down', error: report } }),
  })
}
