import { createHash } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { rigPaths } from './home.ts'
import { RigError } from './rig-error.ts'

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** A manifest as the registry stores it. */
export interface Manifest {
  digest: string
  type: string
  body: Buffer
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

interface Question {
  headers?: Record<string, string>
  body?: Buffer
}

/**
 * Asks the registry itself, past the counting server: what the rig and the tests do to the registry must
 * not look like a call that Pristine made.
 */
async function ask(method: string, path: string, question: Question = {}): Promise<Answer> {
  const socketPath = rigPaths().registry.socket
  const length = { 'content-length': String(question.body?.length ?? 0) }
  const headers = { host: 'registry', ...length, ...question.headers }
  const answer = await new Promise<Answer>((resolve, reject) => {
    const call = request({ socketPath, method, path, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }),
      )
    })
    call.once('error', (cause) =>
      reject(
        new RigError('The registry does not answer.', 'Start the rig: npm run -s rig -- start', { cause }),
      ),
    )
    call.end(question.body)
  })
  if (answer.status >= 400 && answer.status !== 404) {
    throw new RigError(
      `The registry refused ${method} ${path}: ${answer.status} ${answer.body.toString()}`,
      `See ${rigPaths().registry.log}`,
    )
  }
  return answer
}

/** Reads a manifest by tag or digest; undefined when the registry has none. */
export async function readManifest(repository: string, tagOrDigest: string): Promise<Manifest | undefined> {
  const answer = await ask('GET', `/v2/${repository}/manifests/${tagOrDigest}`, {
    headers: { accept: MANIFEST },
  })
  if (answer.status === 404) return undefined
  return {
    digest: digestOf(answer.body),
    type: answer.headers['content-type'] ?? MANIFEST,
    body: answer.body,
  }
}

/** Stores a manifest under a tag; returns its digest. */
export async function writeManifest(
  repository: string,
  tag: string,
  body: Buffer,
  type = MANIFEST,
): Promise<string> {
  const headers = { 'content-type': type }
  const answer = await ask('PUT', `/v2/${repository}/manifests/${tag}`, { headers, body })
  if (answer.status !== 201)
    throw new RigError(`The registry did not take ${repository}:${tag}.`, 'Is its base there?')
  return digestOf(body)
}

/** Reads a blob, such as an image's configuration. */
export async function readBlob(repository: string, digest: string): Promise<Buffer> {
  const answer = await ask('GET', `/v2/${repository}/blobs/${digest}`)
  if (answer.status === 404) throw new RigError(`${repository} has no ${digest}.`, 'Publish the image again.')
  return answer.body
}

/** Stores a blob; returns its digest. */
export async function writeBlob(repository: string, body: Buffer): Promise<string> {
  const digest = digestOf(body)
  const begun = await ask('POST', `/v2/${repository}/blobs/uploads/`)
  const place = new URL(begun.headers.location ?? '', 'http://registry')
  place.searchParams.set('digest', digest)
  const headers = { 'content-type': 'application/octet-stream' }
  await ask('PUT', `${place.pathname}${place.search}`, { headers, body })
  return digest
}

/** Makes a blob of one repository known to another, without moving bytes. */
export async function mountBlob(repository: string, digest: string, from: string): Promise<void> {
  const answer = await ask('POST', `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${from}`)
  if (answer.status !== 201)
    throw new RigError(`${digest} of ${from} cannot be mounted.`, 'Publish the image again.')
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}
