import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { RigError } from './rig-error.ts'

/** What a feature's archive holds. */
export interface PublishedFeature {
  /** Its devcontainer-feature.json. */
  metadata: { id: string; version?: string; legacyIds?: string[]; [key: string]: unknown }
  /** Its other files, by path. Every one can be executed. */
  files: Record<string, string>
  /** Where this is not given: the version, its first two parts and its first part, and `latest`. */
  tags?: string[]
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.devcontainers'
const LAYER = 'application/vnd.devcontainers.layer.v1+tar'

/**
 * Publishes a feature as the Dev Containers specification has it
 * (https://containers.dev/implementors/features-distribution/#oci-registry). `registry` is `127.0.0.1:PORT`, spoken to by
 * plain HTTP; `repository` is `owner/repo/name`. Tags that exist move. Returns the digest of the manifest as the registry
 * gives it. Equal features have equal digests.
 */
export async function publishFeature(
  registry: string,
  repository: string,
  { metadata, files, tags = tagsOf(metadata.version) }: PublishedFeature,
): Promise<string> {
  const address = `http://${registry}/v2/${repository}`
  const text = JSON.stringify(metadata, null, 2)
  const archive = await archiveOf({ ...files, 'devcontainer-feature.json': text })
  const config = await storeBlob(address, Buffer.from('{}'))
  const layer = await storeBlob(address, archive)
  const title = `devcontainer-feature-${metadata.id}.tgz`
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, ...config },
    layers: [{ mediaType: LAYER, ...layer, annotations: { 'org.opencontainers.image.title': title } }],
    annotations: {
      'dev.containers.metadata': JSON.stringify(metadata),
      'com.github.package.type': 'devcontainer_feature',
    },
  })
  let digest = ''
  for (const tag of tags) {
    const headers = { 'content-type': MANIFEST }
    const answer = await ask(`${address}/manifests/${tag}`, { method: 'PUT', headers, body: manifest })
    digest = answer.headers.get('docker-content-digest') ?? ''
  }
  return digest
}

function tagsOf(version: string | undefined): string[] {
  if (version === undefined) return ['latest']
  const [major = '', minor = ''] = version.split('.')
  return [...new Set([major, `${major}.${minor}`, version, 'latest'])]
}

/** The tar of a feature's folder, the same for the same files. */
async function archiveOf(files: Record<string, string>): Promise<Buffer> {
  const archive = pack()
  const mtime = new Date(0)
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  const folders = new Set(entries.flatMap(([name]) => foldersOf(name)))
  for (const name of folders) archive.entry({ name, type: 'directory', mode: 0o755, mtime })
  for (const [name, content] of entries) archive.entry({ name: `./${name}`, mode: 0o755, mtime }, content)
  archive.finalize()
  return buffer(archive)
}

/** The folders above a file: `./`, `./a/`, `./a/b/`. */
function foldersOf(name: string): string[] {
  const parts = ['.', ...name.split('/').slice(0, -1)]
  return parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}/`)
}

async function storeBlob(address: string, content: Buffer): Promise<{ digest: string; size: number }> {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  const begun = await ask(`${address}/blobs/uploads/`, { method: 'POST' })
  const place = new URL(begun.headers.get('location') ?? '', address)
  place.searchParams.set('digest', digest)
  const headers = { 'content-type': 'application/octet-stream' }
  await ask(place.href, { method: 'PUT', headers, body: new Uint8Array(content) })
  return { digest, size: content.length }
}

async function ask(address: string, question: RequestInit): Promise<Response> {
  const answer = await fetch(address, question)
  if (answer.ok) return answer
  const said = `${answer.status} ${await answer.text()}`
  throw new RigError(
    `The registry refused ${question.method} ${address}: ${said}`,
    'Does it let everybody write?',
  )
}
