import { RPCHandler } from '@orpc/server/websocket'
import { type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain } from 'electron'
import type { AppRouter } from '../../main/router/router.ts'
import type { DesktopRouter } from './desktop-router.ts'
import { isOwn, PORT_CHANNEL } from './preload/address.ts'

/** Characters of one message, and calls that a window may have open at a time: it has a dozen. */
const LARGEST = 8 * 1024 * 1024
const MAX_CALLS = 500

export interface PortOptions {
  /** Whether the app itself made the contents that ask. */
  isWindow(contentsId: number): boolean
  /** Called with the method that was answered, for example `settings.change`. */
  answered(method: string): void
}

/**
 * Hands a port to the contract to the page that requests one: only to the top frame of an own window that shows the own
 * page. A page that asks again, because it was reloaded, loses the port that it had.
 */
export function handOverPorts(
  engine: AppRouter,
  desktop: DesktopRouter,
  { isWindow, answered }: PortOptions,
): void {
  const router = { ...engine, desktop }
  const handler = new RPCHandler(router, {
    clientInterceptors: [
      async ({ next, path }) => {
        const result = await next()
        answered(path.join('.'))
        return result
      },
    ],
  })
  const open = new Map<number, MessagePortMain>()
  ipcMain.on(PORT_CHANNEL, (event) => {
    if (!mayHavePort(event, isWindow)) return
    const { id } = event.sender
    const { port1, port2 } = new MessageChannelMain()
    open.get(id)?.close()
    open.set(id, port1)
    servePort(port1, handler, () => {
      if (open.get(id) === port1) open.delete(id)
    })
    event.senderFrame?.postMessage(PORT_CHANNEL, null, [port2])
  })
}

function mayHavePort({ sender, senderFrame }: IpcMainEvent, isWindow: PortOptions['isWindow']): boolean {
  // A frame that has gone since is null.
  if (!senderFrame || senderFrame.parent !== null) return false
  return isWindow(sender.id) && isOwn(senderFrame.url)
}

/**
 * Serves the contract to a port until it closes. The messages are those of oRPC's port adapter; its socket adapter
 * reads them, because that one reports an invalid message instead of ending the program.
 */
function servePort(
  port: MessagePortMain,
  handler: RPCHandler<Record<never, never>>,
  closed: () => void,
): void {
  const client = {
    send: (data: string | ArrayBufferLike | Uint8Array) => port.postMessage(data),
    addEventListener: () => {},
  }
  let calls = 0
  port.on('message', ({ data }) => {
    if (typeof data !== 'string' || data.length > LARGEST || calls >= MAX_CALLS) return port.close()
    calls++
    handler
      .message(client as never, data, { context: {} })
      .catch(() => port.close())
      .finally(() => calls--)
  })
  port.on('close', () => {
    handler.close(client as never)
    closed()
  })
  port.start()
}
