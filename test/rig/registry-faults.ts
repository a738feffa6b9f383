import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a registry does wrong. */
export type RegistryFault =
  | { kind: 'slow'; milliseconds: number }
  /** 401 without a way to log in. */
  | { kind: 'unauthorized' }
  /** 429; `retryAfter` in seconds. */
  | { kind: 'too-many'; retryAfter: number }
  /** The connection ends without an answer. */
  | { kind: 'down' }
  /** The tag or digest that was asked for stands for another one. */
  | { kind: 'moved'; to: string }
  /** One bit of the body is another. */
  | { kind: 'flipped' }
  /** Half of the body comes, and then nothing. */
  | { kind: 'truncated' }

/** Answers instead of the registry. Returns false when the registry is to be asked all the same. */
export async function answerInstead(fault: RegistryFault, outgoing: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'slow':
      await sleep(fault.milliseconds)
      return false
    case 'unauthorized':
      refuse(outgoing, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="registry"' })
      return true
    case 'too-many':
      refuse(outgoing, 429, 'TOOMANYREQUESTS', { 'retry-after': String(fault.retryAfter) })
      return true
    case 'down':
      outgoing.destroy()
      return true
    case 'moved':
    case 'flipped':
    case 'truncated':
      return false
  }
}

/** What the registry is asked for. */
export function pathToAsk(fault: RegistryFault | undefined, path: string): string {
  return fault?.kind === 'moved' ? path.replace(/(?<=\/manifests\/)[^/?]+/, fault.to) : path
}

/** Passes the registry's answer on, spoilt as the fault says. */
export async function passOn(
  fault: RegistryFault | undefined,
  answer: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (fault?.kind !== 'flipped' && fault?.kind !== 'truncated') {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
    return
  }
  const body = Buffer.concat(await answer.toArray())
  const middle = Math.floor(body.length / 2)
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
  if (fault.kind === 'truncated') {
    outgoing.write(body.subarray(0, middle), () => outgoing.destroy())
    return
  }
  if (body.length > 0) body.writeUInt8(body.readUInt8(middle) ^ 1, middle)
  outgoing.end(body)
}

function refuse(
  outgoing: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string>,
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }))
}
