/**
 * Begins to count the processor time of this process; what is returned gives the milliseconds since. What others do on the
 * computer, and waiting, do not count.
 */
export function processorTime(): () => number {
  const began = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  }
}

/**
 * The least processor time, in milliseconds, of doing something again until it is within a limit, five times at most. A
 * virtual machine is charged for what its host does meanwhile, now and then several times its own; what grows without bound
 * is over the limit each time.
 */
export function leastProcessorTime(limit: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < 5 && least > limit; time++) {
    const spent = processorTime()
    work()
    least = Math.min(least, spent())
  }
  return least
}
