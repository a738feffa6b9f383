import { useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { connection } from '../client/connection.ts'
import { type ProductFailure, toFailure } from '../client/failure.ts'

/** What was asked of the engine. An older answer stays while it is asked again, and beside a failure. */
export interface Answer<T> {
  value: T | undefined
  failure: ProductFailure | undefined
  asking: boolean
  again(): void
}

/** Requests once, and again whenever `key` changes, the connection comes back, or `again` is called. */
export function useAnswer<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const [state, setState] = useState<Omit<Answer<T>, 'again'>>({
    value: undefined,
    failure: undefined,
    asking: true,
  })
  const [turn, setTurn] = useState(0)
  const online = useStore(connection, (store) => store.state === 'online')
  const current = useRef(ask)
  current.current = ask
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are what makes it ask again.
  useEffect(() => {
    const stop = new AbortController()
    // That an answer was lost with the connection is over once it is asked again.
    setState(({ value, failure }) => ({
      value,
      failure: failure?.code === 'connection-lost' ? undefined : failure,
      asking: true,
    }))
    current.current(stop.signal).then(
      (value) => stop.signal.aborted || setState({ value, failure: undefined, asking: false }),
      (error: unknown) =>
        stop.signal.aborted || setState(({ value }) => ({ value, failure: toFailure(error), asking: false })),
    )
    return () => stop.abort()
  }, [key, turn, online])
  const again = useCallback(() => setTurn((turn) => turn + 1), [])
  return { ...state, again }
}
