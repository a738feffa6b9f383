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
