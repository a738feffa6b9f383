import { createStore } from 'zustand/vanilla'
import { connectionLost } from './failure.ts'
import { isDesktop, openPort } from './port-transport.ts'
import { openSocket } from './socket-transport.ts'
import { onToken, readToken, shareToken } from './token.ts'
import { TokenRefused, type Transport } from './transport.ts'

/**
 * The page's connection to the engine's process. `offline`: it was tried and failed, and is tried again. `refused`: the
 * token is missing or old; only a newer one helps.
 */
export type Connection = 'connecting' | 'online' | 'offline' | 'refused'

/** The first wait before another try and the longest one, in milliseconds. */
const [SHORTEST, LONGEST] = [200, 4_000]

/** `lastOnline`: until when what the page shows was true, in milliseconds since 1970; undefined before it was online. */
export const connection = createStore<{ state: Connection; lastOnline: number | undefined }>(() => ({
  state: 'connecting',
  lastOnline: undefined,
}))

/** Whether nothing can be asked or done until Pristine is back, or its new address is opened. */
export const isLost = ({ state }: { state: Connection }): boolean =>
  state === 'offline' || state === 'refused'

let transport: Transport | undefined
let wake: (() => void) | undefined

const set = (state: Connection) => connection.setState({ state })

/** Connects, and again whenever the connection is lost, until the page goes. */
export async function keepConnected(signal: AbortSignal): Promise<void> {
  const again = () => wake?.()
  if (!isDesktop) onToken(again)
  window.addEventListener('online', again, { signal })
  window.addEventListener('focus', again, { signal })
  let delay = SHORTEST
  while (!signal.aborted) {
    try {
      const opened = await open(signal)
      delay = SHORTEST
      transport = opened
      set('online')
      await new Promise<void>((resolve) =>
        opened.onClose(() => {
          transport = undefined
          connection.setState({ state: 'connecting', lastOnline: Date.now() })
          resolve()
        }),
      )
    } catch (error) {
      const refused = error instanceof TokenRefused
      set(refused ? 'refused' : 'offline')
      await pause(refused ? undefined : delay)
      delay = Math.min(delay * 2, LONGEST)
    }
  }
}

async function open(signal: AbortSignal): Promise<Transport> {
  if (isDesktop) return openPort(signal)
  const token = readToken()
  if (token === undefined) throw new TokenRefused()
  const opened = await openSocket(token, signal)
  shareToken()
  return opened
}

/** Waits for the given time, or forever, or until another try is worthwhile. */
function pause(time: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = time === undefined ? undefined : setTimeout(resolve, time)
    wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

/** Tries now instead of after the wait. */
export const tryNow = (): void => wake?.()

/** The connection, unless it has closed already without being noticed. */
const live = (): Transport | undefined => (transport?.closed ? undefined : transport)

/** The connection, as soon as there is one. Throws when `signal` ends it. */
export function whenOnline(signal: AbortSignal): Promise<Transport> {
  const now = live()
  if (now) return Promise.resolve(now)
  return new Promise((resolve, reject) => {
    const stop = connection.subscribe(() => {
      const then = live()
      if (!then) return
      stop()
      resolve(then)
    })
    signal.addEventListener('abort', () => {
      stop()
      reject(signal.reason)
    })
  })
}

/** The connection for one call: waits while it is being made, and fails at once when there is none. */
export function transportNow(): Promise<Transport> {
  const now = live()
  if (now) return Promise.resolve(now)
  if (connection.getState().state !== 'connecting') return Promise.reject(connectionLost())
  return new Promise((resolve, reject) => {
    const stop = connection.subscribe(() => {
      stop()
      const then = live()
      if (then) resolve(then)
      else reject(connectionLost())
    })
  })
}
