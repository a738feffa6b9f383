/** Keys of `portsAttributes`: a port, perhaps with its host, or a range of ports. */
export const ONE_PORT = /^(?:localhost:)?([1-9]\d*)$/
export const PORT_RANGE = /^(\d+)-(\d+)$/

/** Whether a key of `portsAttributes` is neither: a pattern of the command line of the process that listens. */
export const isProcessPattern = (key: string): boolean => !ONE_PORT.test(key) && !PORT_RANGE.test(key)

/** Whether an entry of `forwardPorts`, or a key of `portsAttributes`, is a port of a service. */
export const isPortOf = (service: string, entry: number | string): boolean =>
  typeof entry === 'string' &&
  entry.startsWith(`${service}:`) &&
  /^\d+$/.test(entry.slice(service.length + 1))
