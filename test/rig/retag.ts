import { splitReference } from './build-image.ts'
import { repositoryPath } from './registry-log.ts'
import { mountBlob, readBlob, readManifest, writeBlob, writeManifest } from './registry-store.ts'
import { RigError } from './rig-error.ts'

interface ImageManifest {
  config: { digest: string; size: number }
  layers: { digest: string }[]
}

/**
 * Publishes a copy of an image of the registry under another reference, so that a test can move a tag:
 * `retag('debian:bookworm', 'moving:1', { turn: '2' })`. Each set of labels gives another digest; without
 * labels the digest stays. Returns the digest. Neither the engine nor the count of calls is touched.
 */
export async function retag(from: string, to: string, labels: Record<string, string> = {}): Promise<string> {
  const [fromName, fromTag] = splitReference(from)
  const [toName, toTag] = splitReference(to)
  const source = repositoryPath(fromName)
  const target = repositoryPath(toName)
  const stored = await readManifest(source, fromTag)
  if (!stored) throw new RigError(`The registry has no ${from}.`, 'Publish it first, or start the rig again.')

  const manifest = JSON.parse(stored.body.toString()) as ImageManifest
  for (const layer of manifest.layers) await mountBlob(target, layer.digest, source)
  const text = await readBlob(source, manifest.config.digest)
  const config = withLabels(text, labels)
  const digest = await writeBlob(target, config)
  if (digest === manifest.config.digest) return writeManifest(target, toTag, stored.body, stored.type)
  const moved = { ...manifest, config: { ...manifest.config, digest, size: config.length } }
  return writeManifest(target, toTag, Buffer.from(JSON.stringify(moved, null, 3)), stored.type)
}

function withLabels(text: Buffer, labels: Record<string, string>): Buffer {
  if (Object.keys(labels).length === 0) return text
  const image = JSON.parse(text.toString()) as { config?: { Labels?: Record<string, string> | null } }
  const config = { ...image.config, Labels: { ...image.config?.Labels, ...labels } }
  return Buffer.from(JSON.stringify({ ...image, config }))
}
