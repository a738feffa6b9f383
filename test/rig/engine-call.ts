/** One call to the engine, as a proxy saw it. */
export interface EngineCall {
  /** 1 for the first call through this proxy. */
  sequence: number
  method: string
  /** Without the API's version, and with `#` for what differs from run to run: ids and random names. */
  path: string
}

/** Names a call by the first line of its request. */
export function engineCall(sequence: number, first: string): EngineCall {
  const [method = '', target = ''] = first.split(' ')
  const { pathname, searchParams } = new URL(target, 'http://engine')
  // Which name an image gets says more than the address.
  const tag = searchParams.get('tag')
  const path = `${decodeURIComponent(pathname).replace(/^\/v\d+\.\d+(?=\/)/, '')}${tag ? ` ${tag}` : ''}`
  return { sequence, method, path: path.replace(/(?<![0-9a-z])[0-9a-f]{6,64}(?![0-9a-z])/g, '#') }
}

/** How a call is written where a person reads it. */
export const callText = ({ sequence, method, path }: EngineCall): string => `${sequence} ${method} ${path}`
