import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ProjectKey } from '../../../../shared/ids.ts'
import type { LogLines } from '../../../../shared/log.ts'
import { client } from '../../../client/client.ts'
import type { ProductFailure } from '../../../client/failure.ts'
import { follow } from '../../../client/follow.ts'
import { LogBuffer, type LogLine } from './log-buffer.ts'

interface FeedState {
  /** Counts up whenever the buffer holds something else. */
  turn: number
  buffer: LogBuffer
  /** The services that printed something. */
  services: string[]
  /** `quiet`: it follows and nothing came yet. */
  state: 'loading' | 'following' | 'ended' | 'failed'
  failure: ProductFailure | undefined
}

export interface LogFeed {
  store: StoreApi<FeedState>
  stop(): void
}

/** In milliseconds: a log that is silent for this long has no more to show. */
const QUIET = 1_000

/** Which lines are followed: of one service, or of all `services`, whose lines then begin with their names. */
export interface LogSource {
  service: string | undefined
  services: string[]
}

/** A longer name of a service is cut. */
const MAX_NAME = 24
const cut = (name: string) => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name)

/**
 * Follows what an environment prints: its last `tail` lines and those to come. The page is updated at most once a
 * frame.
 */
export function openFeed(project: ProjectKey, tail: number, { service, services }: LogSource): LogFeed {
  const width = Math.min(MAX_NAME, Math.max(0, ...services.map((name) => name.length)))
  const named = service === undefined && services.length > 1
  const lineOf = ({ service, stream, at, text, looks }: LogLines[number]): LogLine => {
    const name = named ? `${cut(service).padEnd(width)} │ ` : ''
    return {
      text: name + text,
      error: stream === 'stderr',
      ...(at !== null && { at: Date.parse(at) }),
      ...(looks && { looks: looks.map(([at, look]): [number, string] => [at + name.length, look]) }),
    }
  }
  const store = createStore<FeedState>(() => ({
    turn: 0,
    buffer: new LogBuffer(),
    services: [],
    state: 'loading',
    failure: undefined,
  }))
  let frame = 0
  const changed = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0
      store.setState(({ turn }) => ({ turn: turn + 1 }))
    })
  }
  const timer = setTimeout(() => {
    if (store.getState().state === 'loading') store.setState({ state: 'following' })
  }, QUIET)
  const stop = follow(
    (signal) => {
      // After a lost connection the last lines come again.
      store.setState({ buffer: new LogBuffer() })
      return client.logs.follow({ project, tail, ...(service !== undefined && { service }) }, { signal })
    },
    {
      event: (lines) => {
        const { buffer, services, state } = store.getState()
        buffer.add(lines.map(lineOf))
        const fresh = new Set(lines.map(({ service }) => service).filter((one) => !services.includes(one)))
        if (fresh.size > 0) store.setState({ services: [...services, ...fresh] })
        if (state !== 'following') store.setState({ state: 'following' })
        changed()
      },
      ended: () => store.setState({ state: 'ended' }),
      failed: (failure) => store.setState({ state: 'failed', failure }),
    },
  )
  return {
    store,
    stop: () => {
      stop()
      clearTimeout(timer)
      cancelAnimationFrame(frame)
    },
  }
}
