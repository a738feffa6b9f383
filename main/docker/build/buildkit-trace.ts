import { createRequire } from 'node:module'
import type { Type } from 'protobufjs'

/** One step of a build; the digest names it within the build. */
interface Vertex {
  digest: string
  name: string
  cached: boolean
  started?: object
  completed?: object
  error: string
}

/** A message of BuildKit's status stream, the parts that are shown. */
export interface BuildStatus {
  vertexes: Vertex[]
  statuses: { vertex: string; name: string; current: string; total: string }[]
  /** `stream`: a number, absent for 0. */
  logs: { vertex: string; stream?: string; msg: Buffer }[]
  warnings: { short: Buffer }[]
}

let type: Type | undefined

/** Decodes the `aux` of a `moby.buildkit.trace` message, with the schema that comes with dockerode. */
export async function decodeBuildStatus(aux: string): Promise<BuildStatus> {
  if (!type) {
    const { default: protobuf } = await import('protobufjs')
    const schema = createRequire(import.meta.url).resolve('dockerode/lib/proto/buildkit_status.proto')
    type = protobuf.loadSync(schema).lookupType('moby.buildkit.v1.StatusResponse')
  }
  const message = type.decode(Buffer.from(aux, 'base64'))
  return type.toObject(message, { longs: String, arrays: true, defaults: false }) as BuildStatus
}
