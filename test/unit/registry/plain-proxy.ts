import { type IncomingMessage, type RequestListener, request } from 'node:http'

/** What a proxy for plain HTTP does with a request: it notes its address in `passed` and passes it on. */
export const plainProxy =
  (passed: string[]): RequestListener =>
  (incoming: IncomingMessage, outgoing) => {
    passed.push(incoming.url ?? '')
    incoming.pipe(
      request(incoming.url ?? '', { headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      }),
    )
  }
