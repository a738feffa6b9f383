import { useEffect, useState } from 'react'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'

/** In milliseconds: how often a port is looked at on which nothing listens yet. */
const RETRY_INTERVAL = 2_000

/**
 * Whether a program listens on a published port of this computer: null while that is not known. It is looked at again until
 * one does, and then left alone, because some programs log every connection; and anew whenever `facts` change, while the
 * older answer stays.
 */
export function usePortListening(project: ProjectKey, port: number, facts: string): boolean | null {
  const [found, setFound] = useState<boolean | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another container is looked at anew.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = new AbortController()
    const look = async () => {
      // A request that fails now is repeated; the answer is shown elsewhere.
      const listens = await client.environment
        .listens({ project, port }, { signal: stop.signal })
        .catch(() => undefined)
      if (stop.signal.aborted) return
      if (listens !== undefined) setFound(listens)
      if (listens === false || listens === undefined) timer = setTimeout(look, RETRY_INTERVAL)
    }
    void look()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [project, port, facts])
  return found
}
