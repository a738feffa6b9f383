import type { Challenge } from './challenge.ts'
import { isLoopback, readBody, type WebClient } from './https-get.ts'
import type { RegistryAuth } from './registry-auth.ts'

/** In bytes: a token has some thousand characters. */
const MAX_TOKEN = 1024 * 1024

/**
 * The header `Authorization` with which a repository can be read: what the registry demands, with the person's
 * credentials if there are some. Undefined if nothing can be sent.
 * Fails with an `Error` that says why the token server gave no token.
 */
export async function authorizationFor(
  client: WebClient,
  challenge: Challenge,
  repository: string,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const basic = auth && 'username' in auth ? basicHeader(auth.username, auth.password) : undefined
  if (challenge.kind === 'basic') return basic
  const url = tokenUrl(challenge, repository)
  const identity = auth && 'identitytoken' in auth ? `Bearer ${auth.identitytoken}` : undefined
  const authorization = basic ?? identity
  const answer = await client.get(url, authorization === undefined ? {} : { authorization }, signal)
  const body = await readBody(answer, MAX_TOKEN)
  if (answer.statusCode === 401 || answer.statusCode === 403) return undefined
  if (answer.statusCode !== 200)
    throw new Error(`${url.host} answered ${answer.statusCode} to a request for a token`)
  const token = tokenIn(body)
  if (token === undefined) throw new Error(`${url.host} gave no token`)
  return `Bearer ${token}`
}

const basicHeader = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

/** Credentials are sent to the token server: never in plain text over a network. */
function tokenUrl({ realm, service, scope }: Challenge & { kind: 'bearer' }, repository: string): URL {
  if (!URL.canParse(realm)) throw new Error(`"${realm}" is not the address of a token server`)
  const url = new URL(realm)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw new Error(`the token server, ${url.host}, does not use https`)
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', scope ?? `repository:${repository}:pull`)
  return url
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { token, access_token: access } = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    return [token, access].find((value): value is string => typeof value === 'string' && value !== '')
  } catch {
    return undefined
  }
}
