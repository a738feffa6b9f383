import { Readable } from 'node:stream'
import { protocol, type Session } from 'electron'
import type { Asset } from '../server/assets.ts'
import { downloadHeaders, type TakeDownload } from '../server/download.ts'
import { contentSecurityPolicy } from '../server/headers.ts'
import { isOwn, SCHEME } from './preload/address.ts'

/** Gives the app's scheme an origin of its own, as http has one. To be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/**
 * Serves the built page's files under the app's address: those that were read at the start, and what was offered to the page
 * for download.
 */
export function servePage(session: Session, assets: Map<string, Asset>, download: TakeDownload): void {
  session.protocol.handle(SCHEME, (request) => answer(request, assets, download))
}

async function answer(
  request: Request,
  assets: Map<string, Asset>,
  download: TakeDownload,
): Promise<Response> {
  if (!isOwn(request.url)) return plain(404)
  if (request.method !== 'GET') return plain(405)
  const { pathname } = new URL(request.url)
  const offered = download(pathname)
  if (offered) {
    const { size, content } = await offered.open(request.signal)
    const headers = { ...HEADERS, ...downloadHeaders(offered.name, size) }
    return new Response(Readable.toWeb(content) as ReadableStream<Uint8Array>, { headers })
  }
  const asset = assets.get(pathname)
  if (!asset) return plain(404)
  return new Response(new Uint8Array(asset.body), { headers: { ...HEADERS, 'content-type': asset.type } })
}

const plain = (status: number): Response =>
  new Response(null, { status, headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' } })

const HEADERS = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
