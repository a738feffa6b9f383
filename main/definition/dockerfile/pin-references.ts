import { productError } from '../../../shared/errors.ts'
import { downloadName } from './add-source.ts'
import { copyText, literal, quoted } from './context-source.ts'
import type { DockerfileReading } from './dockerfile-reading.ts'
import { requireHeredocs } from './require-heredocs.ts'
import { type Download, type Rendered, render } from './syntax/render.ts'

export { appendLabels } from './append-labels.ts'

export interface Pins {
  /**
   * Resolved references (`docker.io/library/node@sha256:…`) by the reference as written. Without the one of `# syntax=` the
   * builder's own frontend is used.
   */
  images: Record<string, string>
  downloads: Record<string, { integrity: string }>
}

/** Where a download has to lie in what is sent. */
function downloadPath(url: string, integrity: string): string {
  return `.pristine/downloads/${integrity.replace(/^sha256:/, '')}/${downloadName(url)}`
}

export interface Pinned extends Rendered {
  /** Where a download has to lie in what is sent, with mode 0600, as downloads have. */
  downloadPath(url: string, integrity: string): string
}

/**
 * The Dockerfile to send: every reference in its digest form, every download a COPY of `downloadPath`.
 * With `inFolder` the build context is expected below
 * CONTEXT_FOLDER, so that nothing that Pristine adds can end up in a `COPY . .`.
 * Error: internal, if a pin is missing.
 */
export function pinDockerfile(
  reading: Pick<DockerfileReading, 'segments' | 'escapeChar'>,
  pins: Pins,
  options: { inFolder?: boolean } = {},
): Pinned {
  const pinOf = (reference: string): string => {
    const resolved = Object.hasOwn(pins.images, reference) ? pins.images[reference] : undefined
    if (resolved === undefined)
      throw productError('internal', { problem: `there is no pin for ${reference}` })
    return resolved
  }
  const sent = reading.segments.filter(
    ({ frontend }) => frontend === undefined || Object.hasOwn(pins.images, frontend),
  )
  const rendered = render(
    requireHeredocs(sent),
    (what) => {
      switch (what.kind) {
        case 'stage':
          return what.name
        case 'image':
          return pinOf(what.reference)
        case 'path':
          return options.inFolder ? what.inFolder : undefined
      }
    },
    (download) => copies(download, pins, reading.escapeChar, options.inFolder ?? false),
  )
  return { ...rendered, downloadPath }
}

/** The flags of ADD that mean something else, or nothing, once the file is at hand. */
const GONE = new Set(['checksum', 'unpack', 'keep-git-dir'])

function copies(download: Download, pins: Pins, escapeChar: string, inFolder: boolean): string[] {
  const { groups, destination, json, onbuild, unpack } = download
  const flags = download.flags.filter(({ name }) => !GONE.has(name)).map(({ text }) => `${text} `)
  const copyOf = (url: string): string => {
    const path = downloadPath(url, integrityOf(url, pins))
    return quoted(literal(path), onbuild ? '\\' : escapeChar)
  }
  return groups.map((group) => {
    const verb = group.kind === 'local' || unpack ? 'ADD' : 'COPY'
    const words = group.kind === 'download' ? group.urls.map(copyOf) : inFolder ? group.inFolder : group.words
    return `${onbuild ? 'ONBUILD ' : ''}${verb} ${flags.join('')}${copyText([...words, destination], json)}`
  })
}

function integrityOf(url: string, pins: Pins): string {
  const pin = Object.hasOwn(pins.downloads, url) ? pins.downloads[url] : undefined
  if (pin === undefined) throw productError('internal', { problem: `there is no pin for ${url}` })
  return pin.integrity
}
