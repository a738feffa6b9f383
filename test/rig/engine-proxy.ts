import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EngineCall, engineCall } from './engine-call.ts'
import { type Action, Faults, type Struck, type When, type Which } from './engine-faults.ts'
import { type Head, readHead, withHeader } from './http-head.ts'
import { RigError } from './rig-error.ts'

/** A proxy before an engine. */
export interface EngineProxy extends AsyncDisposable {
  /** What to set `DOCKER_HOST` to. */
  address: string
  /** Every call so far, in the order of their arrival. */
  calls(): EngineCall[]
  /** Does something to one call, once. The promise resolves when the call is reached, which may be never. */
  at(which: Which, when: When, action: Action): Promise<Struck>
  /** Breaks every connection and stops listening. */
  close(): Promise<void>
}

export interface ProxyOptions {
  target: string
  observe?: Observe
}

type Observe = (call: EngineCall, when: When) => Promise<void>

/**
 * Starts a proxy on a Unix socket of its own before the engine at `target` (as in `DOCKER_HOST`).
 *
 * Each connection carries one call: the reply says that it closes, so that the client opens another for the next.
 * Behind the heads, bytes pass as they are, both ways, with half-closes: uploads, streams, upgraded connections.
 * `observe` sees each call before the engine does, and when it has answered; the call waits for it.
 */
export async function startEngineProxy({ target, observe }: ProxyOptions): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'pristine-proxy-'))
  const path = join(folder, 'engine.sock')
  const calls: EngineCall[] = []
  const faults = new Faults()
  const open = new Set<Socket>()
  const remember = (socket: Socket): Socket => {
    open.add(socket)
    // A side that goes away without a word is what a proxy has to live with.
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
    return socket
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    void relay(remember(client), {
      record: (head) => {
        const call = engineCall(calls.length + 1, head.first)
        calls.push(call)
        return call
      },
      dial: () => remember(dial(target)),
      faults,
      observe,
    })
  })
  server.listen(path)
  await once(server, 'listening')

  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy()
    if (server.listening) {
      server.close()
      await once(server, 'close')
    }
    await rm(folder, { recursive: true, force: true })
  }
  return {
    address: `unix://${path}`,
    calls: () => [...calls],
    at: (which, when, action) => faults.add(which, when, action),
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Relay {
  record(head: Head): EngineCall
  dial(): Socket
  faults: Faults
  observe: Observe | undefined
}

/** Carries one call through. */
async function relay(client: Socket, { record, dial, faults, observe }: Relay): Promise<void> {
  const request = await readHead(client)
  if (!request) return void client.destroy()
  const call = record(request)
  await observe?.(call, 'before')
  if (!(await faults.strike(call, 'before', client)) || client.destroyed) return

  const engine = dial()
  client.once('close', () => engine.destroy())
  engine.once('close', () => {
    if (!client.writableEnded) client.destroy()
  })
  engine.write(request.text, 'latin1')
  client.pipe(engine)

  const reply = await readHead(engine)
  if (!reply) return void client.destroy()
  await observe?.(call, 'after')
  if (!(await faults.strike(call, 'after', client))) {
    client.unpipe(engine)
    client.resume()
    return void engine.destroy()
  }
  const upgraded = reply.first.split(' ')[1] === '101'
  client.write(upgraded ? reply.text : withHeader(reply, 'Connection: close'), 'latin1')
  engine.pipe(client)
}

function dial(target: string): Socket {
  const url = new URL(target)
  if (url.protocol === 'unix:') return connect({ path: url.pathname, allowHalfOpen: true })
  if (url.protocol !== 'tcp:')
    throw new RigError(`No proxy for ${target}.`, 'Use a unix:// or tcp:// engine.')
  return connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true })
}
