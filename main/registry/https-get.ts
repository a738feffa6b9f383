import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { getCACertificates } from 'node:tls'
import { elsewhere, isThisComputer } from './loopback-host.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Asks web servers as the person's other programs do: through their proxy, trusting the system's certificates. */
export interface WebClient {
  /**
   * GETs an address and follows redirects, from elsewhere never to this computer. What is sent as `authorization` goes to
   * that address's own host only. The body is read by the caller, or `destroy`ed. Fails with an `Error` that says why;
   * aborts with the signal's reason.
   */
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage>
  /** POSTs a form. What it holds goes to that address only: no redirect is followed. The rest is as for `get`. */
  post(url: URL, form: URLSearchParams, signal: AbortSignal): Promise<IncomingMessage>
}

const MOST_REDIRECTS = 5
/** In milliseconds: nothing is sent or received for so long. */
const SILENCE = 30_000

/** Hosts that plain HTTP may be spoken to: what is said does not leave this computer. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]'

/**
 * A client for this environment: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in either case (Node.js, `proxyEnv` of
 * `https.Agent`). An agent of its own, because what is set for the whole process would also reach the calls to an engine.
 * `nameMayBeHere`: whether a name that is asked for may lead to this computer, as that of a registry may.
 */
export function webClient(env: Environment, nameMayBeHere = true): WebClient {
  const options = { keepAlive: true, maxSockets: 6, proxyEnv: exceptThisComputer(env), timeout: SILENCE }
  const plain = new HttpAgent(options)
  let secure: HttpsAgent | undefined
  // The system's certificates are read from the disk, only where they are needed.
  const secureAgent = () => {
    secure ??= new HttpsAgent({
      ...options,
      ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])],
    })
    return secure
  }

  const ask = (
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
    { body, mayBeHere }: { body?: string; mayBeHere: boolean },
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:'
      const agent = isSecure ? secureAgent() : plain
      const method = body === undefined ? 'GET' : 'POST'
      // Some servers refuse whoever has no name.
      const sent = { 'user-agent': 'pristine', ...headers }
      const lookup = mayBeHere ? {} : { lookup: elsewhere(url.hostname) }
      const options = { method, headers: sent, signal, agent, ...lookup }
      const request = (isSecure ? httpsRequest : httpRequest)(url, options, resolve)
      request.setTimeout(SILENCE, () =>
        request.destroy(new Error(`${url.host} did not answer for ${SILENCE / 1000} s`)),
      )
      request.once('error', reject)
      request.end(body)
    })

  return {
    async get(url, headers, signal) {
      let at = url
      let sent = headers
      for (let redirects = 0; ; redirects++) {
        const mayBeHere = isThisComputer(at.hostname) || (nameMayBeHere && at.host === url.host)
        const answer = await ask(at, sent, signal, { mayBeHere })
        const target = redirectOf(answer)
        if (target === undefined) return answer
        discard(answer)
        if (redirects === MOST_REDIRECTS)
          throw new Error(`${url.host} redirects more than ${MOST_REDIRECTS} times`)
        const next = new URL(target, at)
        const problem = redirectProblem(at, next)
        if (problem !== undefined)
          throw new Error(`${at.host} redirects to ${next.protocol}//${next.host}, which ${problem}`)
        if (next.origin !== at.origin) sent = withoutAuthorization(sent)
        at = next
      }
    },
    post: (url, form, signal) =>
      ask(url, { 'content-type': 'application/x-www-form-urlencoded' }, signal, {
        body: form.toString(),
        mayBeHere: true,
      }),
  }
}

/**
 * Why a redirect is not followed; undefined if it is. It leads never from https to what others can read, and never from
 * elsewhere to this computer, whose services trust whoever reaches them.
 */
function redirectProblem(from: URL, to: URL): string | undefined {
  if (isThisComputer(to.hostname) && !isThisComputer(from.hostname)) return 'is on this computer'
  if (to.protocol === 'https:') return undefined
  const isPlain = to.protocol === 'http:' && (from.protocol === 'http:' || isLoopback(to.hostname))
  return isPlain ? undefined : 'is not https'
}

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']
const isOnThisComputer = (address: string): boolean =>
  URL.canParse(address) && isLoopback(new URL(address).hostname)

/** A proxy elsewhere cannot reach what is on this computer, and must not read what is sent to it. */
function exceptThisComputer(env: Environment): Environment {
  if (PROXIES.flatMap((name) => env[name] || []).every(isOnThisComputer)) return env
  const excepted = env['no_proxy'] || env['NO_PROXY']
  const names = [...(excepted ? [excepted] : []), 'localhost', '127.0.0.0-127.255.255.255', '[::1]', '::1']
  return { ...env, no_proxy: names.join(',') }
}

const TRIES = 3
/** In milliseconds. A server that asks for more patience is told of. */
const LONGEST_WAIT = 10_000
const BUSY = [429, 502, 503, 504]

/**
 * Sends a request, and again where a server is busy and says when it will not be, or soon: three times in all. Returns the
 * last answer, whatever it is. Errors: those of `send`.
 */
export async function patiently(
  send: () => Promise<IncomingMessage>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  for (let tries = 1; ; tries++) {
    const answer = await send()
    const wait = BUSY.includes(answer.statusCode ?? 0) ? waitOf(answer, tries) : undefined
    if (wait === undefined || wait > LONGEST_WAIT || tries === TRIES) return answer
    discard(answer)
    await pause(wait, undefined, { signal })
  }
}

/** The same for `get`. */
export const getPatiently = (
  client: WebClient,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> => patiently(() => client.get(url, headers, signal), signal)

/** In milliseconds. `Retry-After` holds seconds or a date (RFC 9110, 10.2.3). */
function waitOf({ headers }: IncomingMessage, tries: number): number {
  const after = headers['retry-after']
  if (after === undefined) return 500 * 2 ** tries
  const wait = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now()
  return Number.isNaN(wait) ? 500 * 2 ** tries : Math.max(0, wait)
}

/** The body of an answer, of at most `limit` bytes. Errors: as `atMost`. */
export async function readBody(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of atMost(answer, limit)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The pieces of such a body. Fails with an `Error` for a longer one, or one that ends too early. */
export async function* atMost(answer: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  let length = 0
  for await (const piece of answer as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > limit) {
      answer.destroy()
      throw new Error(`the answer is longer than ${limit} bytes`)
    }
    yield piece
  }
  if (!answer.complete) throw new Error('the connection ended in the middle of the answer')
}

/** In bytes: to read so much costs less than another connection. */
const SHORT_BODY = 64 * 1024

/** Gives up a body that is not wanted; its connection is kept only if it is short. */
export function discard(answer: IncomingMessage): void {
  const length = Number(answer.headers['content-length'] ?? Number.NaN)
  if (length <= SHORT_BODY) answer.resume()
  else answer.destroy()
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined
}

/** Headers without credentials. */
export const withoutAuthorization = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'))
