import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Download } from '../verbs/container-files/download-file.ts'
import { Spool } from './spool.ts'

/** In milliseconds: so long an offer waits to be taken. */
const OFFERED = 60_000
/** So many offers wait at most; then the oldest goes. */
const MAX_OFFERS = 100

/** Where a page asks for what was offered. */
export const DOWNLOADS = '/download/'

/** A file that a browser takes. */
export interface Offer {
  name: string
  /** Reads it once, as it comes from the engine; `size` is in bytes. Whoever stops reading ends it. */
  open(signal: AbortSignal): Promise<{ size: number; content: Readable }>
}

/**
 * Files that were offered to a page, each at an address of 256 random bits that is good for one request: a browser, which
 * saves it, shows nothing else that a window was let in with.
 */
export class Downloads {
  private readonly offers = new Map<string, Offer>()
  private readonly folder: string

  /** `folder`: the data folder. */
  constructor(folder: string) {
    this.folder = folder
  }

  /** Returns the address, without an origin. */
  offer({ name, open }: Pick<Download, 'name' | 'open'>): string {
    const address = DOWNLOADS + randomBytes(32).toString('base64url')
    const [oldest] = this.offers.keys()
    if (this.offers.size >= MAX_OFFERS && oldest !== undefined) this.offers.delete(oldest)
    this.offers.set(address, { name, open: (signal) => this.read(open, signal) })
    setTimeout(() => this.offers.delete(address), OFFERED).unref()
    return address
  }

  /** What was offered at an address, once. */
  take(address: string): Offer | undefined {
    const download = this.offers.get(address)
    this.offers.delete(address)
    return download
  }

  private async read(open: Download['open'], signal: AbortSignal): ReturnType<Offer['open']> {
    const spool = await Spool.open(this.folder)
    const end = new AbortController()
    try {
      const { size, content } = await open(AbortSignal.any([signal, end.signal]))
      return { size, content: spool.relay(content, () => end.abort()) }
    } catch (error) {
      await spool.close()
      throw error
    }
  }
}
