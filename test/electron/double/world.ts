import type { CDPSession, Page } from 'playwright-core'
import type { MessagePortMain } from './message-channel.ts'
import { scriptForChromium } from './stand-in.ts'

const NAME = 'preload'

/** What a sandboxed preload script finds: `require('electron')` with `ipcRenderer` and `webUtils`, and nothing of Node. */
const SURROUNDINGS = `
const listeners = new Map(), ports = new Map()
const say = (message) => globalThis.__say(JSON.stringify(message))
const ipcRenderer = {
  on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
  send: (channel, ...args) => say({ kind: 'ipc', channel, args }),
}
globalThis.__deliver = (channel, message, ids) => {
  const far = ids.map((id) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => say(data === '${'\\0'}' ? { kind: 'closed', id } : { kind: 'port', id, data })
    ports.set(id, port1)
    return port2
  })
  for (const listener of listeners.get(channel) ?? []) listener({ ports: far }, message)
}
globalThis.__post = (id, data) => ports.get(id)?.postMessage(data)
globalThis.__close = (id) => ports.get(id)?.postMessage('${'\\0'}')
const require = (name) => {
  if (name !== 'electron') throw new Error('A sandboxed preload script has no ' + name)
  return { ipcRenderer, webUtils: { getPathForFile: ({ name }) => '/dropped/' + name } }
}
`

/**
 * A port's `close` event is Electron's own: Chromium has none. A text of one zero says that an end was closed; the page
 * does not see it.
 */
const CLOSE_EVENTS = `
window.addEventListener('message', ({ ports }) => {
  for (const port of ports) {
    const close = port.close.bind(port)
    port.close = () => {
      port.postMessage('\\0')
      close()
    }
    port.addEventListener('message', (event) => {
      if (event.data !== '\\0') return
      event.stopImmediatePropagation()
      close()
      port.dispatchEvent(new Event('close'))
    })
  }
})
`

/** The preload script's world in a page of Chromium, isolated from the page's own as Electron does it. */
export class PreloadWorld {
  private readonly cdp: CDPSession
  private context: number | undefined
  private next = 0
  private readonly ports = new Map<number, MessagePortMain>()
  private readonly ipc: (channel: string, args: unknown[]) => void

  private constructor(cdp: CDPSession, ipc: (channel: string, args: unknown[]) => void) {
    this.cdp = cdp
    this.ipc = ipc
  }

  static async open(
    page: Page,
    script: string,
    ipc: (channel: string, args: unknown[]) => void,
  ): Promise<PreloadWorld> {
    const cdp = await page.context().newCDPSession(page)
    const world = new PreloadWorld(cdp, ipc)
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const aux = context.auxData as { frameId?: string; type?: string }
      if (context.name === NAME && aux.frameId === top) world.context = context.id
    })
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === world.context) world.leave()
    })
    cdp.on('Runtime.executionContextsCleared', () => world.leave())
    cdp.on('Runtime.bindingCalled', ({ payload }) => world.hear(JSON.parse(payload)))
    page.on('close', () => world.leave())
    await cdp.send('Runtime.enable')
    await cdp.send('Page.enable')
    const { frameTree } = await cdp.send('Page.getFrameTree')
    const top = frameTree.frame.id
    await cdp.send('Runtime.addBinding', { name: '__say', executionContextName: NAME })
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: CLOSE_EVENTS })
    const source = `if (window === window.top) (() => {${SURROUNDINGS}${scriptForChromium(script)}})()`
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: NAME })
    return world
  }

  /** `webFrameMain.postMessage`. */
  post(channel: string, message: unknown, transfer: { other: MessagePortMain }[]): void {
    const ids = transfer.map(({ other }) => {
      const id = this.next++
      this.ports.set(id, other)
      return id
    })
    this.run(`__deliver(${[channel, message, ids].map((one) => JSON.stringify(one)).join()})`)
    ids.forEach((id) => {
      this.ports.get(id)?.connect({
        post: (data) => this.run(`__post(${id}, ${JSON.stringify(data)})`),
        close: () => this.run(`__close(${id})`),
      })
    })
  }

  private hear(said: { kind: string; channel: string; args: unknown[]; id: number; data: unknown }): void {
    if (said.kind === 'ipc') this.ipc(said.channel, said.args)
    else if (said.kind === 'port') this.ports.get(said.id)?.hear(said.data)
    else this.ports.get(said.id)?.gone()
  }

  /** The document is gone, and the ports that it held with it. */
  private leave(): void {
    this.context = undefined
    for (const port of this.ports.values()) port.gone()
    this.ports.clear()
  }

  private run(expression: string): void {
    if (this.context === undefined) return
    this.cdp.send('Runtime.evaluate', { contextId: this.context, expression }).catch(() => {})
  }
}
