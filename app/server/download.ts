import type { Offer } from '../../main/transfers/downloads.ts'
import { sanitize } from '../../shared/sanitize.ts'

/** Gives what was offered at an address, once. */
export type TakeDownload = (address: string) => Offer | undefined

/**
 * The headers with which a browser saves a file and shows nothing of it, whatever it holds: its name and content come from a
 * container.
 */
export const downloadHeaders = (name: string, size: number): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  'content-length': String(size),
  'content-disposition': `attachment; filename*=UTF-8''${encodeName(name)}`,
  'cache-control': 'no-store',
})

/** As RFC 8187 writes a value in a header. */
const encodeName = (name: string): string =>
  encodeURIComponent(sanitize(name).replace(/[/\\]/g, '_').toWellFormed() || 'file').replace(
    /['()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16)}`,
  )
