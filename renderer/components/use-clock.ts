import { useEffect, useState } from 'react'
import { useLost } from './use-lost.ts'

/**
 * The time, in milliseconds since 1970, anew each second while `running`. It stops while the connection is lost: it is
 * unknown then whether what it measures continues.
 */
export function useClock(running: boolean): number {
  const [now, setNow] = useState(Date.now)
  const lost = useLost()
  useEffect(() => {
    if (!running || lost) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running, lost])
  return now
}
