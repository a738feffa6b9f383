import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { startLoopbackServer } from './loopback-server.ts'
import { passRequest } from './pass-request.ts'

/** One request for a token. */
interface TokenRequest {
  service: string | null
  scope: string | null
  /** Who asked by Basic credentials; undefined where nobody did. */
  user: string | undefined
  /** The status that was answered. */
  status: number
}

/** A registry that wants a Bearer token for each request. */
export interface TokenRegistry extends AsyncDisposable {
  /** How references name it: `${registry}/owner/repo/name:1`; `localhost` is the same host. */
  registry: string
  /** Every request for a token so far. */
  tokenRequests(): TokenRequest[]
  /** Every request to the registry so far, with what it had as `Authorization`. */
  requests(): { path: string; authorization: string | undefined }[]
}

export interface TokenRegistryOptions {
  /** The registry behind it, `127.0.0.1:PORT`. */
  target: string
  /** Who may read what is not public. */
  account: { user: string; password: string }
  /** Whether a repository (`owner/repo/name`) is read without credentials. */
  isPublic(repository: string): boolean
}

const SERVICE = 'pristine-rig'

/**
 * Starts a front before a registry that asks for tokens as the registries of the field do
 * (https://distribution.github.io/distribution/spec/auth/token/). It lets nobody write.
 */
export async function startTokenRegistry(options: TokenRegistryOptions): Promise<TokenRegistry> {
  const tokenRequests: TokenRequest[] = []
  const requests: { path: string; authorization: string | undefined }[] = []
  /** The scope of each token that was given. */
  const given = new Map<string, string>()

  const { host, close } = await startLoopbackServer((incoming, outgoing) => {
    const { host: named = host, authorization } = incoming.headers
    const url = new URL(incoming.url ?? '/', `http://${named}`)
    if (url.pathname === '/token') {
      const asked = readTokenRequest(url, authorization, options)
      tokenRequests.push(asked)
      if (asked.status !== 200) return void refuse(outgoing, asked.status, 'DENIED')
      const token = randomBytes(16).toString('hex')
      given.set(token, asked.scope ?? '')
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      return void outgoing.end(JSON.stringify({ token, expires_in: 300 }))
    }
    requests.push({ path: url.pathname, authorization })
    const scope = scopeOf(url.pathname)
    const known = given.get(/^Bearer (\w+)$/.exec(authorization ?? '')?.[1] ?? '')
    if (known === scope && ['GET', 'HEAD'].includes(incoming.method ?? ''))
      return passRequest(`http://${options.target}${incoming.url}`, incoming, outgoing, ['authorization'])
    const challenge = `Bearer realm="${url.origin}/token",service="${SERVICE}"`
    const wanted = scope === '' ? challenge : `${challenge},scope="${scope}"`
    refuse(outgoing, 401, 'UNAUTHORIZED', { 'www-authenticate': wanted })
  })
  return {
    registry: host,
    tokenRequests: () => [...tokenRequests],
    requests: () => [...requests],
    [Symbol.asyncDispose]: close,
  }
}

function readTokenRequest(
  url: URL,
  authorization: string | undefined,
  { account, isPublic }: TokenRegistryOptions,
): TokenRequest {
  const [service, scope] = [url.searchParams.get('service'), url.searchParams.get('scope')]
  const [, basic] = /^Basic (.+)$/.exec(authorization ?? '') ?? []
  const credentials = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString()
  const isAccount = credentials === `${account.user}:${account.password}`
  const repository = /^repository:([^:]+):pull$/.exec(scope ?? '')?.[1]
  const isAllowed = repository !== undefined && (isAccount || (basic === undefined && isPublic(repository)))
  return {
    service,
    scope,
    user: credentials?.split(':')[0],
    status: isAllowed && service === SERVICE ? 200 : 401,
  }
}

/** What a token has to be for; empty where any will do. */
function scopeOf(pathname: string): string {
  const [, repository] = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(pathname) ?? []
  return repository === undefined ? '' : `repository:${repository}:pull`
}

function refuse(
  outgoing: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }))
}
