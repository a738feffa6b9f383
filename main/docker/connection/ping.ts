import type http from 'node:http'
import type { EngineAddress } from './address.ts'

// As an imported module `node:http` would evaluate all that it exports, with a whole WebSocket client.
const { request: httpRequest } = process.getBuiltinModule('node:http')
const { request: httpsRequest } = process.getBuiltinModule('node:https')

/** What answered at an address, or why nothing did. */
export type Ping =
  | { kind: 'engine'; buildkit: boolean }
  | { kind: 'missing' }
  | { kind: 'forbidden' }
  | { kind: 'not-docker'; answer: string }
  | { kind: 'silent'; problem: string }

/** Asks an address for `GET /_ping`, within `deadline` milliseconds. Never throws. */
export function ping(address: EngineAddress, deadline: number): Promise<Ping> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(deadline)
    const failed = (error: NodeJS.ErrnoException) => resolve(classify(error, signal.aborted, deadline))
    // No name for TLS: see plain-agent.ts. A connection of its own, which nothing before can have left broken.
    const options = { path: '/_ping', signal, agent: false as const, servername: '' }
    const onResponse = (response: http.IncomingMessage) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < 200) body += chunk
      })
      response.on('error', failed)
      response.on('end', () => {
        const apiVersion = response.headers['api-version']
        if (response.statusCode === 403) resolve({ kind: 'forbidden' })
        else if (response.statusCode === 200 && typeof apiVersion === 'string') {
          resolve({ kind: 'engine', buildkit: hasBuildKit(apiVersion, response.headers) })
        } else {
          const first = body.split('\n')[0]?.trim().slice(0, 80) ?? ''
          resolve({ kind: 'not-docker', answer: `HTTP ${response.statusCode}${first && `: ${first}`}` })
        }
      })
    }
    const request =
      address.kind === 'socket'
        ? httpRequest({ ...options, headers: { host: 'docker' }, socketPath: address.socketPath }, onResponse)
        : address.kind === 'ssh'
          ? httpRequest({ ...options, host: 'docker', agent: address.agent }, onResponse)
          : address.tls
            ? httpsRequest(
                { ...options, servername: undefined, host: address.host, port: address.port, ...address.tls },
                onResponse,
              )
            : httpRequest({ ...options, host: address.host, port: address.port }, onResponse)
    request.on('error', failed)
    request.end()
  })
}

/**
 * Docker's Linux engines have BuildKit inside since API 1.39, whatever builder they prefer; Podman, which names itself
 * in a header of its own, has none.
 */
function hasBuildKit(apiVersion: string, headers: http.IncomingHttpHeaders): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number)
  const modern = major > 1 || (major === 1 && minor >= 39)
  return modern && headers['libpod-api-version'] === undefined && headers['ostype'] !== 'windows'
}

function classify(error: NodeJS.ErrnoException, late: boolean, deadline: number): Ping {
  const code = error.code ?? ''
  if (code === 'ENOENT' && error.syscall?.startsWith('spawn')) {
    return { kind: 'silent', problem: 'there is no program ssh' }
  }
  if (late) return { kind: 'silent', problem: `no answer within ${deadline / 1000} s` }
  if (['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR'].includes(code)) return { kind: 'missing' }
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'forbidden' }
  if (code.startsWith('HPE_') || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return { kind: 'not-docker', answer: 'not HTTP' }
  }
  return { kind: 'silent', problem: error.message }
}
