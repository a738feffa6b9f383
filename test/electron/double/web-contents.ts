import { EventEmitter } from 'node:events'
import type { Page, Route } from 'playwright-core'
import { Cancelable } from './cancelable.ts'
import { toChromium, toElectron } from './stand-in.ts'
import type { PreloadWorld } from './world.ts'

let ids = 0

/** A page of Chromium, as the shell sees it. */
export class WebContents extends EventEmitter {
  readonly id = ++ids
  /** Popups that the page asked for and what the shell said. */
  readonly asked: { url: string; action: string }[] = []
  readonly mainFrame = {
    parent: null as object | null,
    get url(): string {
      return ''
    },
    postMessage: (channel: string, message: unknown, transfer: never[]) =>
      this.world?.post(channel, message, transfer),
  }
  page: Page | undefined
  world: PreloadWorld | undefined
  private opener: ((details: { url: string }) => { action: string }) | undefined
  private expected: string | undefined

  constructor() {
    super()
    Object.defineProperty(this.mainFrame, 'url', { get: () => this.getURL() })
  }

  getURL(): string {
    return toElectron(this.page?.url() ?? '')
  }

  setWindowOpenHandler(handler: WebContents['opener']): void {
    this.opener = handler
  }

  /** The shell itself goes somewhere, which no event asks about. */
  async load(address: string): Promise<void> {
    this.expected = toChromium(address)
    await this.page?.goto(this.expected, { waitUntil: 'load' })
  }

  /** Whether the page may go where it wants to go. */
  admits(route: Route): boolean {
    const request = route.request()
    if (!request.isNavigationRequest()) return true
    const address = request.url()
    const own = this.expected?.split('#')[0] === address.split('#')[0]
    if (request.frame() === this.page?.mainFrame() && own) {
      this.expected = undefined
      return true
    }
    const event = new Cancelable(toElectron(address))
    this.emit('will-frame-navigate', event)
    return !event.prevented
  }

  /** Whether a popup may be. */
  admitsPopup(address: string): boolean {
    const url = toElectron(address)
    const { action } = this.opener?.({ url }) ?? { action: 'allow' }
    this.asked.push({ url, action })
    return action === 'allow'
  }
}
