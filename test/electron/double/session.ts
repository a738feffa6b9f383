import { EventEmitter } from 'node:events'
import type { Route } from 'playwright-core'
import { STAND_IN, scriptForChromium, toElectron } from './stand-in.ts'

type Answer = (request: Request) => Response | Promise<Response>
type Decide = (details: { url: string }, answer: (decision: { cancel?: boolean }) => void) => void

/** Chromium's names of the permissions that can be given to a page of it, and Electron's for the same. */
export const PERMISSIONS: Record<string, string> = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'media',
  microphone: 'media',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
  'clipboard-write': 'clipboard-sanitized-write',
  'background-sync': 'background-sync',
}

/** What the shell told a session, and Chromium made to do it. */
export class Session extends EventEmitter {
  readonly handlers = new Map<string, Answer>()
  /** Addresses that a page asked for and that were not cancelled although they are elsewhere. */
  readonly reached: string[] = []
  /** What became of downloads. */
  readonly downloads: string[] = []
  private elsewhere: { urls: string[]; decide: Decide } | undefined
  private request:
    | ((contents: unknown, permission: string, answer: (granted: boolean) => void) => void)
    | undefined
  private check: ((contents: unknown, permission: string, origin: string) => boolean) | undefined
  device: ((details: object) => boolean) | undefined

  readonly protocol = { handle: (scheme: string, answer: Answer) => void this.handlers.set(scheme, answer) }
  readonly webRequest = {
    onBeforeRequest: ({ urls }: { urls: string[] }, decide: Decide) => {
      this.elsewhere = { urls, decide }
    },
  }

  setPermissionRequestHandler(handler: Session['request']): void {
    this.request = handler
  }
  setPermissionCheckHandler(handler: Session['check']): void {
    this.check = handler
  }
  setDevicePermissionHandler(handler: Session['device']): void {
    this.device = handler
  }

  /** Whether a page at an address has a permission: it is checked, and asked for. Without handlers Electron grants all. */
  grants(permission: string, address: string): boolean {
    let granted = !this.request
    this.request?.({ getURL: () => address }, permission, (answer) => {
      granted = answer
    })
    return granted && (this.check?.(null, permission, address) ?? true)
  }

  /** Answers a page's request as Electron would: by the app's protocol, by what is cancelled, else by the network. */
  async answer(route: Route): Promise<void> {
    const request = route.request()
    const address = request.url()
    if (!address.startsWith(`${STAND_IN}/`) && address !== STAND_IN) {
      if (this.cancels(address)) return route.abort('blockedbyclient')
      this.reached.push(address)
      return route.fulfill({ body: 'elsewhere', contentType: 'text/html' })
    }
    const handler = this.handlers.get('app')
    if (!handler) return route.abort('failed')
    const answer = await handler(new Request(toElectron(address), { method: request.method() }))
    const headers = Object.fromEntries(answer.headers)
    const body = Buffer.from(await answer.arrayBuffer())
    const script = /javascript/.test(headers['content-type'] ?? '')
    await route.fulfill({
      status: answer.status,
      headers,
      body: script ? scriptForChromium(body.toString('utf8')) : body,
    })
  }

  private cancels(address: string): boolean {
    const { urls = [], decide } = this.elsewhere ?? {}
    let cancelled = false
    if (urls.includes(`${new URL(address).protocol}//*/*`)) {
      decide?.({ url: address }, ({ cancel }) => {
        cancelled = cancel ?? false
      })
    }
    return cancelled
  }
}
