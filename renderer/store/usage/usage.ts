import { createStore } from 'zustand/vanilla'
import { client } from '../../client/client.ts'
import type { ProductFailure } from '../../client/failure.ts'
import { follow } from '../../client/follow.ts'
import { type UsageHistory, withSample } from './usage-history.ts'

/** What running environments have used in the last minutes, while somebody watched; or why that is not measured any more. */
export const usage = createStore<{ history: UsageHistory; failure: ProductFailure | undefined }>(() => ({
  history: {},
  failure: undefined,
}))

let watchers = 0
let stop: (() => void) | undefined

/** Follows what environments use until it is called off; one stream serves all, and none a page that nobody sees. */
export function watchUsage(): () => void {
  if (watchers++ === 0) document.addEventListener('visibilitychange', update)
  update()
  return () => {
    if (--watchers === 0) document.removeEventListener('visibilitychange', update)
    update()
  }
}

/** Measures again after a failure. */
export function measureAgain(): void {
  stop?.()
  stop = undefined
  usage.setState({ failure: undefined })
  update()
}

function update(): void {
  const wanted = watchers > 0 && document.visibilityState === 'visible'
  if (wanted === (stop !== undefined)) return
  stop?.()
  stop = wanted ? begin() : undefined
}

const begin = () =>
  follow((signal) => client.usage.watch(undefined, { signal }), {
    event: (sample) => usage.setState(({ history }) => ({ history: withSample(history, sample) })),
    failed: (failure) => usage.setState({ failure }),
  })
