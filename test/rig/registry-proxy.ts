import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { startLoopbackServer } from './loopback-server.ts'
import { answerInstead, passOn, pathToAsk, type RegistryFault } from './registry-faults.ts'

/** One request to the registry. */
export interface RegistryRequest {
  method: string
  path: string
}

/** A registry that can do wrong. */
export interface RegistryProxy extends AsyncDisposable {
  /** How references name it: `${registry}/library/busybox:1.36`. An engine speaks plain HTTP to it. */
  registry: string
  /** Every request so far. */
  requests(): RegistryRequest[]
  /** Does something to the requests that fit: the next `times` of them, or all. The last fault that fits counts. */
  fault(fits: (request: RegistryRequest) => boolean, fault: RegistryFault, times?: number): void
  /** All is well again. */
  heal(): void
  close(): Promise<void>
}

/** Starts a proxy before the registry at `target` (`127.0.0.1:PORT`, as in `PRISTINE_RIG_REGISTRY`). */
export async function startRegistryProxy({ target }: { target: string }): Promise<RegistryProxy> {
  const seen: RegistryRequest[] = []
  let faults: { fits: (request: RegistryRequest) => boolean; fault: RegistryFault; left: number }[] = []

  const { host, close } = await startLoopbackServer((incoming, outgoing) => {
    const asked = { method: incoming.method ?? '', path: incoming.url ?? '' }
    seen.push(asked)
    const found = faults.findLast(({ fits, left }) => left > 0 && fits(asked))
    if (found) found.left -= 1
    void serve(target, found?.fault, incoming, outgoing).catch(() => outgoing.destroy())
  })
  return {
    registry: host,
    requests: () => [...seen],
    fault: (fits, fault, times = Number.POSITIVE_INFINITY) => faults.push({ fits, fault, left: times }),
    heal: () => {
      faults = []
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function serve(
  target: string,
  fault: RegistryFault | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (fault && (await answerInstead(fault, outgoing))) return
  const { method = '', headers, url = '' } = incoming
  const inner = request(`http://${target}${pathToAsk(fault, url)}`, { method, headers })
  inner.on('error', () => outgoing.destroy())
  incoming.pipe(inner)
  const [answer] = (await once(inner, 'response')) as [IncomingMessage]
  answer.once('error', () => outgoing.destroy())
  await passOn(fault, answer, outgoing)
}
