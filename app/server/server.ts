import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AppRouter } from '../../main/router/router.ts'
import { DOWNLOADS, type Offer } from '../../main/transfers/downloads.ts'
import { productError } from '../../shared/errors.ts'
import type { Asset } from './assets.ts'
import { createHandler, serveConnection } from './connection.ts'
import { downloadHeaders, type TakeDownload } from './download.ts'
import { securityHeaders } from './headers.ts'
import { isAdmitted, newToken } from './token.ts'
import { UnverifiedConnections } from './unverified-connections.ts'

/** Only this computer reaches it; a name that resolves to it may come to mean another computer. */
const ADDRESS = '127.0.0.1'
/** Connections that have not shown the token, and windows that have. */
const MAX_UNKNOWN = 256
const MAX_WINDOWS = 32
/** In milliseconds: for the first frame, for a request's head, until an idle connection is let go, and for closing one. */
const TOKEN_DEADLINE = 5_000
const HEAD_DEADLINE = 10_000
const IDLE = 30_000
const CLOSING = 500
/** In bytes: of a message, and of all that comes before the token was seen. */
const LARGEST = 8 * 1024 * 1024
const LARGEST_UNKNOWN = 4 * 1024

export interface Server {
  /** `http://127.0.0.1:4000` */
  origin: string
  /** The origin with the token, for the browser of the person who started it. */
  address: string
  token: string
  close(): Promise<void>
}

/**
 * Serves the page and, to those who hold the token, the contract and the downloads that it offers; to this computer only.
 * `port` 0 takes a free one. Errors: `port-taken`.
 */
export async function startServer(
  { router, download }: { router: AppRouter; download: TakeDownload },
  assets: Map<string, Asset>,
  port: number,
): Promise<Server> {
  const token = newToken()
  const unverified = new UnverifiedConnections(MAX_UNKNOWN)
  const handler = createHandler(router)
  const windows = new Set<WebSocket>()
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST,
    perMessageDeflate: false,
    clientTracking: false,
  })
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: HEAD_DEADLINE,
    requestTimeout: IDLE,
  })
  server.setTimeout(IDLE)
  server.keepAliveTimeout = 5_000
  server.maxHeadersCount = 100
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    unverified.enter(socket)
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.on('checkContinue', (_, response: ServerResponse) => response.writeHead(417).end())

  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? portTaken(port, error) : error)
    server.once('error', failed)
    server.listen(port, ADDRESS, 512, () => {
      server.off('error', failed)
      resolve()
    })
  })
  const origin = new URL(`http://${ADDRESS}:${(server.address() as AddressInfo).port}`).origin
  const host = new URL(origin).host

  server.on('request', (request, response) => {
    const offered = isDownload(request, host) ? download(request.url ?? '') : undefined
    if (!offered) return answer(request, response, host, assets)
    unverified.leave(request.socket)
    sendDownload(response, securityHeaders(host), offered).catch(() => response.destroy())
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const refusal = refuse(request, { host, origin })
    if (refusal) {
      socket.write(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      socket.destroySoon()
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate())
      admit(client, socket, token, () => {
        if (windows.size >= MAX_WINDOWS) return letGo(client, 4429)
        unverified.leave(socket)
        windows.add(client)
        client.on('close', () => windows.delete(client))
        serveConnection(client, handler)
        client.send('{"ok":true}')
      })
    })
  })

  return {
    origin,
    address: `${origin}/#token=${token}`,
    token,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of connections) socket.destroy()
      await closed
    },
  }
}

function portTaken(port: number, error: Error): Error {
  const hint = 'Give another one with --port, or none: then a free one is taken.'
  return productError(
    'usage',
    { problem: `Port ${port} cannot be used (${error.message}).`, hint },
    { cause: error },
  )
}

/** Why a request for a connection is refused; undefined when it comes from the page itself. */
function refuse(request: IncomingMessage, own: { host: string; origin: string }): string | undefined {
  if (request.headers.host !== own.host) return '421 Misdirected Request'
  if (request.headers.origin !== own.origin) return '403 Forbidden'
  if (repeated(request, 'host') || repeated(request, 'origin')) return '400 Bad Request'
  return request.url === '/engine' && request.method === 'GET' ? undefined : '404 Not Found'
}

/** Of a header that is there twice, Node shows the first one only. */
const repeated = (request: IncomingMessage, name: string): boolean =>
  (request.headersDistinct[name]?.length ?? 0) > 1

/** Waits for the first frame, which has to hold the token. */
function admit(client: WebSocket, socket: Socket, token: string, admitted: () => void): void {
  let received = 0
  const count = (chunk: Buffer) => {
    received += chunk.length
    if (received > LARGEST_UNKNOWN) client.terminate()
  }
  socket.on('data', count)
  const deadline = setTimeout(() => letGo(client, 4401), TOKEN_DEADLINE)
  client.once('close', () => clearTimeout(deadline))
  client.once('message', (data: Buffer, binary: boolean) => {
    clearTimeout(deadline)
    socket.off('data', count)
    if (binary || !isAdmitted(data.toString('utf8'), token)) return letGo(client, 4401)
    admitted()
  })
}

/** Closes a connection, whether or not the other side takes part in that. */
function letGo(client: WebSocket, code: number): void {
  client.close(code)
  setTimeout(() => client.terminate(), CLOSING).unref()
}

/** Whether a request may be for what was offered. The address itself is the secret, and good for one request. */
const isDownload = (request: IncomingMessage, host: string): boolean =>
  request.method === 'GET' &&
  request.headers.host === host &&
  !repeated(request, 'host') &&
  request.url?.startsWith(DOWNLOADS) === true

/** Sends a file as fast as the browser takes it: one that asks a person where to put it takes nothing meanwhile. */
async function sendDownload(
  response: ServerResponse,
  headers: Record<string, string>,
  download: Offer,
): Promise<void> {
  response.setTimeout(0)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const { size, content } = await download.open(gone.signal)
  response.writeHead(200, { ...headers, ...downloadHeaders(download.name, size) })
  await pipeline(content, response)
}

/** Answers a request for a file of the page. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  host: string,
  assets: Map<string, Asset>,
): void {
  const headers = securityHeaders(host)
  const plain = (status: number, text: string, more: Record<string, string> = {}) =>
    response
      .writeHead(status, {
        ...headers,
        ...more,
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
      })
      .end(request.method === 'HEAD' ? '' : text)
  // A body is nothing that is waited for.
  if (request.headers['content-length'] ?? request.headers['transfer-encoding']) {
    response.shouldKeepAlive = false
  }
  if (request.headers.host !== host || repeated(request, 'host')) {
    return void plain(421, `This is http://${host} and answers to no other name.\n`)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return void plain(405, 'Only GET.\n', { allow: 'GET, HEAD' })
  }
  const asset = assets.get(request.url?.split('?')[0] ?? '')
  if (!asset) return void plain(404, 'There is nothing here.\n')
  const cached = {
    etag: asset.etag,
    'cache-control': asset.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
  }
  if (request.headers['if-none-match'] === asset.etag) {
    return void response.writeHead(304, { ...headers, ...cached }).end()
  }
  response.writeHead(200, {
    ...headers,
    ...cached,
    'content-type': asset.type,
    'content-length': asset.body.length,
  })
  response.end(request.method === 'HEAD' ? undefined : asset.body)
}
