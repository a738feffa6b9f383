import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Docker from 'dockerode'
import type { Engine } from '../../../main/docker/connection/connect.ts'

/** The answer to a request: its status, and what is sent as JSON. */
export type FakeAnswer = [status: number, body: unknown]

/**
 * A socket that answers as an engine would, for what no real engine can be brought to at will. `answer` is given a request's
 * method and its address without the version.
 */
export async function fakeEngine(
  answer: (method: string, url: string) => FakeAnswer,
  { local = true } = {},
): Promise<AsyncDisposable & { engine: Engine }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-fake-'))
  const socketPath = path.join(folder, 'engine.sock')
  const server = createServer((request, response) => {
    const [status, body] = answer(request.method ?? '', request.url?.replace(/^\/v[\d.]+/, '') ?? '')
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    engine: { docker: new Docker({ socketPath }), address: socketPath, local, buildkit: true },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}
