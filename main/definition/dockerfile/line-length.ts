import { productError } from '../../../shared/errors.ts'
import type { DockerfileReading } from './dockerfile-reading.ts'
import { pinDockerfile } from './pin-references.ts'
import { MAX_LINE } from './syntax/split-instructions.ts'

/** A word of few letters grows sixteenfold, at most, when it is pinned or moved. */
const SHORT = MAX_LINE / 16

/**
 * Refuses an instruction that is too long for one line once its references are pinned: BuildKit would, when everything
 * else is done. `file` is only named in the error. Error: definition-unsupported.
 */
export function requireLinesFit(reading: DockerfileReading, file: string): void {
  if (reading.segments.every(({ logical }) => logical.length < SHORT)) return
  const hash = '0'.repeat(64)
  const pins = {
    images: Object.fromEntries(
      [...reading.images, ...reading.digests].map(({ reference }) => [
        reference,
        `docker.io/library/${reference}@sha256:${hash}`,
      ]),
    ),
    downloads: Object.fromEntries(
      reading.downloads.map(({ url }) => [url, { integrity: `sha256:${hash}` }] as const),
    ),
  }
  const { text, lines } = pinDockerfile(reading, pins, { inFolder: true })
  for (const [at, line] of text.split('\n').entries()) {
    if (line.length * 3 <= MAX_LINE || Buffer.byteLength(line) <= MAX_LINE) continue
    const key = line.trimStart().split(/\s/, 1)[0] ?? ''
    const reason = `with its references pinned it is longer than the ${MAX_LINE} bytes that a line may have`
    throw productError('definition-unsupported', { file, line: lines[at] ?? 1, key, reason })
  }
}
