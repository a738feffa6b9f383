import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { connection } from '../client/connection.ts'

/** In milliseconds: the waits before a part is requested again. */
const RETRY_DELAYS = [100, 400, 1_200]

/**
 * A part of the page that is loaded when it is first shown. A browser gives up what it is loading whenever the network
 * changes, and it changes whenever a container starts: so it is tried again. While Pristine does not answer, it waits.
 */
export const lazyPart = <P>(
  load: () => Promise<{ default: ComponentType<P> }>,
): LazyExoticComponent<ComponentType<P>> => lazy(() => loadPart(load))

async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of RETRY_DELAYS) {
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  await online()
  return load()
}

const online = (): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (connection.getState().state !== 'online') return
      stop()
      resolve()
    }
    const stop = connection.subscribe(look)
    look()
  })
