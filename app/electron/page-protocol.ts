import { protocol, type Session } from 'electron'
import type { Asset } from '../server/assets.ts'
import { contentSecurityPolicy } from '../server/headers.ts'
import { isOwn, SCHEME } from './preload/address.ts'

/** Gives the app's scheme an origin of its own, as http has one. To be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built page's files under the app's address: those that were read at the start, and nothing else. */
export function servePage(session: Session, assets: Map<string, Asset>): void {
  session.protocol.handle(SCHEME, (request) => answer(request, assets))
}

function answer(request: Request, assets: Map<string, Asset>): Response {
  if (!isOwn(request.url)) return plain(404)
  if (request.method !== 'GET') return plain(405)
  const asset = assets.get(new URL(request.url).pathname)
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
