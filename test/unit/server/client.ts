import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import WebSocket from 'ws'
import type { Server } from '../../../app/server/server.ts'
import type { contract } from '../../../shared/contract.ts'
import type { ErrorReport } from '../../../shared/operation.ts'

export type Client = ContractRouterClient<typeof contract>

/** A window: a connection to a server, with the contract's client on it. */
export class Window implements AsyncDisposable {
  readonly socket: WebSocket
  readonly client: Client

  private constructor(socket: WebSocket) {
    this.socket = socket
    this.client = createORPCClient(new RPCLink({ websocket: socket as never }))
  }

  /** Connects, says the token and waits until it is let in. */
  static async open({ origin, token }: Pick<Server, 'origin' | 'token'>): Promise<Window> {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/engine`, { origin })
    await once(socket, 'open')
    const answer = once(socket, 'message')
    socket.send(JSON.stringify({ token }))
    await answer
    return new Window(socket)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.socket, 'close')
    if (this.socket.readyState === WebSocket.CLOSED) return
    this.socket.terminate()
    await closed
  }
}

/** The report of a call that fails as the contract says; anything else is thrown. */
export async function failureOf(call: Promise<unknown>): Promise<ErrorReport> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`It did not fail: ${JSON.stringify(outcome.value)}`)
  const { code, defined, data } = outcome.error as { code?: string; defined?: boolean; data?: ErrorReport }
  if (code !== 'PRODUCT' || defined !== true || !data) throw outcome.error
  return data
}
