import * as z from 'zod/mini'
import { Notifier } from '../../main/host/notifier.ts'
import { GitAddress, GitReference } from '../../shared/git-address.ts'

export const LINK_SCHEME = 'pristine'
const LONGEST = 2000

/** What a link asks to open. It prefills the Open dialog, and does nothing else. */
export interface DeepLink {
  source: string
  ref: string | null
}

const Link = z.strictObject({ source: GitAddress, ref: z.optional(GitReference) })

/** Reads `pristine://open?source=…&ref=…`. Undefined for anything else: any web page can send one. */
export function readDeepLink(text: string): DeepLink | undefined {
  if (text.length > LONGEST || !/^[\x21-\x7e]+$/.test(text)) return undefined
  const url = parse(text)
  if (url?.protocol !== `${LINK_SCHEME}:` || url.host !== 'open') return undefined
  if (!['', '/'].includes(url.pathname) || url.hash !== '' || url.username !== '' || url.port !== '')
    return undefined
  const fields = [...url.searchParams]
  const given = Object.fromEntries(fields)
  // A field that is there twice is read differently by different readers.
  if (Object.keys(given).length !== fields.length) return undefined
  const link = Link.safeParse(given).data
  return link && { source: link.source, ref: link.ref ?? null }
}

/** The last argument of a program's start that is a link; the system hands links over so on Windows and Linux. */
export const linkAmong = (argv: string[]): string | undefined =>
  argv.findLast((argument) => argument.toLowerCase().startsWith(`${LINK_SCHEME}:`))

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** Keeps the newest link until a window asks for it: a link can start the app. */
export class DeepLinks {
  private waiting: DeepLink | undefined
  private readonly notifiers = new Set<Notifier>()

  /** Takes what the system handed over; whether it is a link that can be opened. */
  receive(text: string): boolean {
    const link = readDeepLink(text)
    if (!link) return false
    this.waiting = link
    for (const notifier of this.notifiers) notifier.notify()
    return true
  }

  /** Each link, to one of those who watch. */
  async *watch(signal: AbortSignal): AsyncGenerator<DeepLink> {
    const notifier = new Notifier()
    this.notifiers.add(notifier)
    try {
      while (!signal.aborted) {
        const link = this.waiting
        this.waiting = undefined
        if (link) yield link
        else await notifier.wait(signal)
      }
    } finally {
      this.notifiers.delete(notifier)
    }
  }
}
