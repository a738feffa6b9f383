import { productError } from '../../shared/errors.ts'
import type { RegistryAuth } from './auth-entry.ts'
import type { Challenge } from './challenge.ts'
import { getPatiently, isLoopback, patiently, readBody, type WebClient } from './https-get.ts'

/** In bytes: a token has some thousand characters. */
const MAX_TOKEN = 1024 * 1024

/** A repository of a registry. */
interface Repository {
  /** An address of the registry. */
  url: URL
  /** Without the registry. */
  name: string
}

/**
 * The header `Authorization` with which a repository can be read: what the registry demands, with the person's
 * credentials if there are some. Undefined if nothing can be sent.
 * Errors: `registry-busy`; an `Error` that says why the token server gave no token.
 */
export async function authorizationFor(
  client: WebClient,
  challenge: Challenge,
  repository: Repository,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const basic = auth && 'username' in auth ? basicHeader(auth.username, auth.password) : undefined
  if (challenge.kind === 'basic') return basic
  const server = tokenServer(challenge, repository)
  const parameters = {
    ...(challenge.service !== undefined && { service: challenge.service }),
    scope: challenge.scope ?? `repository:${repository.name}:pull`,
  }
  const ask = async (headers: Record<string, string>) =>
    given(await getPatiently(client, withParameters(server, parameters), headers, signal))
  const answered =
    auth && 'identitytoken' in auth
      ? await given(
          await patiently(
            () => client.post(server, refreshForm(auth.identitytoken, parameters), signal),
            signal,
          ),
        )
      : await ask(basicHeaders(basic))
  // Credentials that have expired do not keep anybody from what is public.
  const { statusCode, body } = auth && isRefusal(answered) ? await ask({}) : answered
  if (isRefusal({ statusCode })) return undefined
  if (statusCode === 429)
    throw productError('registry-busy', { registry: server.host, problem: `${server.host} answered 429` })
  if (statusCode !== 200) throw new Error(`${server.host} answered ${statusCode} to a request for a token`)
  const token = tokenIn(body)
  if (token === undefined) throw new Error(`${server.host} gave no token`)
  return `Bearer ${token}`
}

const given = async (answer: Awaited<ReturnType<WebClient['post']>>) => ({
  statusCode: answer.statusCode,
  body: await readBody(answer, MAX_TOKEN),
})

const isRefusal = ({ statusCode }: { statusCode?: number | undefined }): boolean =>
  statusCode === 401 || statusCode === 403

const basicHeader = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

const basicHeaders = (authorization: string | undefined): Record<string, string> =>
  authorization === undefined ? {} : { authorization }

/** The request for a token with an identity token (https://distribution.github.io/distribution/spec/auth/oauth/). */
const refreshForm = (identityToken: string, parameters: Record<string, string>): URLSearchParams =>
  new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'pristine',
    ...parameters,
    refresh_token: identityToken,
  })

function withParameters(server: URL, parameters: Record<string, string>): URL {
  const url = new URL(server)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

/**
 * Credentials are sent to the token server: never in plain text over a network. A registry elsewhere names no server on this
 * computer: what listens here without encryption trusts whoever reaches it.
 */
function tokenServer({ realm }: Challenge & { kind: 'bearer' }, { url: registry }: Repository): URL {
  if (!URL.canParse(realm)) throw new Error(`"${realm}" is not the address of a token server`)
  const url = new URL(realm)
  const isLocal = isLoopback(url.hostname) && isLoopback(registry.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    throw new Error(`the token server, ${url.host}, does not use https`)
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
