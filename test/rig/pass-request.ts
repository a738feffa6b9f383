import { type IncomingMessage, request, type ServerResponse } from 'node:http'

/**
 * Passes a request on to `address`, without the headers that are named in `without` (in lower case), and its answer back; 502
 * where nobody answers.
 */
export function passRequest(
  address: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  without: string[],
): void {
  const { method } = incoming
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).filter(([name]) => !without.includes(name)),
  )
  // A connection of its own: one that is kept may be closed by the other side just when it is used again.
  const inner = request(address, { method, headers, agent: false }, (answer) => {
    const { connection: _, ...headers } = answer.headers
    outgoing.writeHead(answer.statusCode ?? 502, headers)
    answer.pipe(outgoing)
    answer.once('error', () => outgoing.destroy())
  })
  inner.once('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) inner.destroy()
  })
  incoming.pipe(inner)
}
