/**
 * The counting server before the registry, a program of its own: `registry-front.ts PORT SOCKET LOG`.
 * Everything that asks the registry comes through here, and is written down *before* it is answered: a
 * caller that has its answer can rely on its call being counted.
 */
import { openSync, writeSync } from 'node:fs'
import { createServer, request } from 'node:http'

const [port = '', socketPath = '', log = ''] = process.argv.slice(2)
const file = openSync(log, 'a')

const server = createServer((incoming, outgoing) => {
  const { method = '', url = '', headers } = incoming
  writeSync(file, `${JSON.stringify({ at: new Date().toISOString(), method, path: url })}\n`)

  // A connection of its own: one that is kept may be closed by the registry just when it is used again.
  const inner = request({ socketPath, agent: false, method, path: url, headers }, (answer) => {
    const { connection: _, ...headers } = answer.headers
    outgoing.writeHead(answer.statusCode ?? 502, headers)
    answer.pipe(outgoing)
    answer.once('error', () => outgoing.destroy())
  })
  inner.once('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy()
    else
      outgoing
        .writeHead(502, { 'content-type': 'text/plain' })
        .end(`The registry does not answer: ${error.message}\n`)
  })
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) inner.destroy()
  })
  incoming.pipe(inner)
})

// A layer of a slow build may take long; the engine ends its own calls.
server.requestTimeout = 0
server.listen(Number(port), '127.0.0.1')
