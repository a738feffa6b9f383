import { createHash } from 'node:crypto'

/**
 * The specification's identifier of a dev container: the SHA-256 of its identifying labels, in base 32,
 * padded to 52 characters. Source: containers.dev, "Dev Container ID".
 */
export function devcontainerId(labels: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(labels, Object.keys(labels).sort())
  const hash = createHash('sha256').update(text).digest('hex')
  return BigInt(`0x${hash}`).toString(32).padStart(52, '0')
}
