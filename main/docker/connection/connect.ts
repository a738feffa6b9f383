import type http from 'node:http'
import type Docker from 'dockerode'
import type { SocketRefusal } from '../../../shared/engine-state.ts'
import { productError } from '../../../shared/errors.ts'
import { type EngineAddress, engineAddresses } from './address.ts'
import { loadClient } from './client.ts'
import { httpAgent } from './http-agent.ts'
import { ping } from './ping.ts'
import { socketRefusal } from './socket-refusal.ts'

/** An engine that answered. `buildkit`: it builds with BuildKit when asked to. */
export interface Engine {
  docker: Docker
  address: string
  /** Whether the engine's files and ports are this computer's. */
  local: boolean
  buildkit: boolean
}

/**
 * In milliseconds: so long an engine has to answer. A busy one, one whose virtual machine was put to sleep, and one behind
 * ssh, which first asks for a login, take several seconds.
 */
export const PING_DEADLINE = 20_000

/**
 * Finds the engine and connects: what a person chose, else the first usual place that answers.
 * Errors: `engine-missing`, `engine-forbidden`, `engine-not-docker`, `engine-unreachable`, `engine-unsupported`.
 */
export async function connect(env: Record<string, string | undefined>): Promise<Engine> {
  const addresses = await engineAddresses(env)
  let refusal: Error | undefined
  for (const address of addresses) {
    const question = ping(address, PING_DEADLINE)
    // The client takes longer to load than the engine to answer.
    const Client = await loadClient()
    const answer = await question
    switch (answer.kind) {
      case 'engine':
        return openEngine(Client, address, answer.buildkit)
      case 'missing':
        break
      case 'forbidden':
        refusal ??= productError('engine-forbidden', {
          address: address.text,
          refusal: await whyRefused(address),
        })
        break
      case 'not-docker':
        refusal ??= productError('engine-not-docker', { address: address.text, answer: answer.answer })
        break
      case 'silent':
        refusal ??= productError('engine-unreachable', { address: address.text, problem: answer.problem })
        break
    }
  }
  throw refusal ?? productError('engine-missing', { tried: addresses.map((a) => a.text) })
}

/** What denies the person access to an address, as far as this computer's files show. */
export const whyRefused = async (address: EngineAddress): Promise<SocketRefusal | null> =>
  address.kind === 'socket' ? socketRefusal(address.socketPath) : null

/** An engine that answered at an address. */
export function openEngine(Client: typeof Docker, address: EngineAddress, buildkit: boolean): Engine {
  return {
    docker: new Client(clientOptions(address)),
    address: address.text,
    local: address.kind === 'socket',
    buildkit,
  }
}

/** The client accepts an `agent`, which its types omit. */
function clientOptions(address: EngineAddress): Docker.DockerOptions & { agent?: http.Agent } {
  if (address.kind === 'socket') return { socketPath: address.socketPath, agent: httpAgent }
  // The name is the engine's own: where its computer is, ssh knows.
  if (address.kind === 'ssh') return { host: 'docker', port: 80, protocol: 'http', agent: address.agent }
  const { host, port, tls } = address
  return tls ? { host, port, protocol: 'https', ...tls } : { host, port, protocol: 'http', agent: httpAgent }
}
