import { inspect } from 'node:util'

// As an imported module `node:http` would evaluate all that it exports, with a whole WebSocket client.
const { Agent } = process.getBuiltinModule('node:http')

/**
 * Keeps connections to engines without TLS, for all calls of this process. Given no name for TLS, Node's own agent asks
 * before every call whether the engine's name is an address: compiling that question takes longer than the engine's
 * answer. And the client serialises every request for debugging, agent included, even if nobody reads it: this one
 * serialises to little.
 */
class HttpAgent extends Agent {
  constructor() {
    super({ keepAlive: true, timeout: 5_000, servername: '' } as ConstructorParameters<typeof Agent>[0])
  }

  [inspect.custom](): string {
    return 'PlainAgent'
  }
}

export const httpAgent = new HttpAgent()
