import { randomUUID } from 'node:crypto'
import { Duplex } from 'node:stream'
import type { ServerDuplexStream, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import type { Message, Type } from 'protobufjs'
import type { Engine } from '../connection/connect.ts'
import { call } from '../connection/engine-call.ts'

/** What BuildKit may request during a build and its image never contains: the values of secrets, and an ssh agent. */
export interface SessionAttachables {
  /** The values of secrets, by the id that a mount names. */
  secrets: ReadonlyMap<string, string>
  /** Answers what a build asks of the person's ssh agent, one connection at a time: bytes in, bytes out. */
  agent?: (asked: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
}

/** The messages of BuildKit's sessions (moby/buildkit, session/secrets and session/sshforward) and of gRPC's health. */
const SCHEMA = `syntax = "proto3";
message Empty {}
message Health { int32 status = 1; }
message Wanted { string ID = 1; }
message Value { bytes data = 1; }`

const HEALTH = '/grpc.health.v1.Health/Check'
const GET_SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret'
const CHECK_AGENT = '/moby.sshforward.v1.SSH/CheckAgent'
const FORWARD_AGENT = '/moby.sshforward.v1.SSH/ForwardAgent'
/** gRPC's `HealthCheckResponse.SERVING`. */
const SERVING = 1
/** The agent that a mount without an id means. */
const DEFAULT_AGENT = 'default'

/**
 * Runs work while the builder can request the attachables, and nothing else: `work` is given the id of a session to
 * name in the build's request. The session ends with the work.
 * Errors: `engine-refused`, `engine-unreachable`, `cancelled`, those of the work.
 */
export async function withBuildSession<T>(
  engine: Engine,
  attachables: SessionAttachables,
  doing: string,
  signal: AbortSignal,
  work: (session: string) => Promise<T>,
): Promise<T> {
  const id = randomUUID()
  const server = await serverOf(attachables)
  const connection = await call(doing, () => openSession(engine, id, server.methods), { signal })
  // A build whose engine is gone fails by itself.
  connection.on('error', () => {})
  try {
    server.accept(connection)
    return await work(id)
  } finally {
    server.end()
    connection.destroy()
  }
}

/** The connection over which the engine, as a client, asks what the server here answers. */
function openSession({ docker }: Engine, id: string, methods: string[]): Promise<Duplex> {
  const options = {
    method: 'POST',
    path: '/session',
    hijack: true,
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'pristine',
      'X-Docker-Expose-Session-Grpc-Method': methods,
    },
    statusCodes: { 200: true, 400: 'bad parameter', 500: 'server error' },
  }
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (error: unknown, connection: unknown) => {
      if (error) reject(error as Error)
      else resolve(connection as Duplex)
    })
  })
}

async function serverOf({ secrets, agent }: SessionAttachables) {
  // Loaded here, because few builds need them and they are large.
  const [grpc, { default: protobuf }] = await Promise.all([import('@grpc/grpc-js'), import('protobufjs')])
  const { root } = protobuf.parse(SCHEMA, { keepCase: true })
  const type = (name: string) => codecOf(root.lookupType(name))
  const method = (path: string, asked: Codec, answered: Codec, streams = false) => ({
    path,
    requestStream: streams,
    responseStream: streams,
    requestDeserialize: asked.decode,
    requestSerialize: asked.encode,
    responseDeserialize: answered.decode,
    responseSerialize: answered.encode,
  })
  const [empty, health, wanted, value] = [type('Empty'), type('Health'), type('Wanted'), type('Value')]
  const missing = (id: string) => ({
    code: grpc.status.NOT_FOUND,
    details: `${id} is not provided to this build`,
  })

  const server = new grpc.Server()
  // A builder that gets no answer to it gives the session up after some seconds.
  server.addService(
    { check: method(HEALTH, empty, health) },
    { check: (_: Unary<object>, answer: Answer) => answer(null, { status: SERVING }) },
  )
  server.addService(
    { getSecret: method(GET_SECRET, wanted, value) },
    {
      getSecret: ({ request: { ID = '' } }: Unary<Wanted>, answer: Answer) => {
        const secret = secrets.get(ID)
        if (secret === undefined) answer(missing(ID))
        else answer(null, { data: Buffer.from(secret) })
      },
    },
  )
  if (agent) {
    server.addService(
      { check: method(CHECK_AGENT, wanted, empty), forward: method(FORWARD_AGENT, value, value, true) },
      {
        check: ({ request: { ID } }: Unary<Wanted>, answer: Answer) =>
          (ID || DEFAULT_AGENT) === DEFAULT_AGENT ? answer(null, {}) : answer(missing(`ssh agent ${ID}`)),
        forward: (stream: ServerDuplexStream<Value, Value>) => void forward(stream, agent),
      },
    )
  }
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure())
  return {
    methods: [HEALTH, GET_SECRET, ...(agent ? [CHECK_AGENT, FORWARD_AGENT] : [])],
    accept: (connection: Duplex) => {
      // Of a connection through TLS, Node's HTTP/2 wants to know that it was agreed on there, and here it comes after.
      injector.injectConnection(Duplex.from({ readable: connection, writable: connection }))
    },
    end: () => server.forceShutdown(),
  }
}

interface Wanted {
  ID?: string
}
interface Value {
  data?: Uint8Array
}
type Unary<T> = ServerUnaryCall<T, object>
type Answer = sendUnaryData<object>

interface Codec {
  encode(value: object): Buffer
  decode(bytes: Buffer): Message
}

const codecOf = (type: Type): Codec => ({
  encode: (value) => Buffer.from(type.encode(value).finish()),
  decode: (bytes) => type.decode(bytes),
})

async function forward(
  stream: ServerDuplexStream<Value, Value>,
  agent: NonNullable<SessionAttachables['agent']>,
): Promise<void> {
  // A build that ends in the middle of a question is no failure of anybody.
  stream.on('error', () => {})
  try {
    for await (const data of agent(bytesOf(stream))) stream.write({ data })
  } catch {
    // The connection ends, as it does where an agent is gone.
  }
  stream.end()
}

async function* bytesOf(stream: AsyncIterable<Value>): AsyncGenerator<Uint8Array> {
  for await (const { data } of stream) if (data) yield data
}
