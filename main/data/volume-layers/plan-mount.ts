import type { Layer, Stack } from './data-record.ts'

/**
 * Whether a volume at this place holds the store of a nested container engine: it uses overlays itself, which do not work
 * on top of another overlay.
 */
export const isEngineStore = (target: string): boolean =>
  /^\/var\/lib\/(?:docker|containerd|containers|buildkit|rancher|k0s|kubelet)(?:\/|$)/.test(target)

/** A stack of this many layers is copied into one, because mount options are limited to a page of text (mount(2)). */
export const MAX_LAYERS = 16

/** Whether the next capture of a stack copies it. */
export const isFull = ({ layers }: Pick<Stack, 'layers'>): boolean => layers.length >= MAX_LAYERS

/** What has to be created so that containers can mount a stack. */
export type NewMount =
  /** The managed volume itself, which the engine fills from the image. */
  | { kind: 'single'; volume: string }
  /** An empty volume, which the engine fills from the image. */
  | { kind: 'empty'; volume: string }
  /** An empty layer, and an overlay of it on top of the others. */
  | { kind: 'overlay'; layer: string; mount: string; below: Layer[] }
  /** A copy of a stack's content. If that takes an overlay, it is mounted as `shown` for the copy. */
  | { kind: 'copy'; volume: string; from: Layer[]; shown?: string }

/**
 * How a stack without a mount gets one, and its layers after that. `overlays`: whether the engine mounts overlays. `name`
 * returns a new name on the engine. Undefined if only an overlay could show its content.
 */
export function planMount(
  { layers }: Pick<Stack, 'layers'>,
  overlays: boolean,
  name: () => string,
): { make: NewMount; stack: Stack } | undefined {
  if (layers.length > 0 && !isFull({ layers }) && overlays) {
    const [layer, mount] = [name(), name()]
    const stack: Stack = { layers: [...layers, { volume: layer, path: 'data' }], mount }
    return { make: { kind: 'overlay', layer, mount, below: layers }, stack }
  }
  if (layers.length > 1 && !overlays) return undefined
  const volume = name()
  const stack: Stack = { layers: [{ volume, path: '' }], mount: volume }
  if (layers.length === 0) return { make: { kind: 'empty', volume }, stack }
  const shown = layers.length > 1 ? { shown: name() } : {}
  return { make: { kind: 'copy', volume, from: layers, ...shown }, stack }
}

/** The volumes that are created for a mount. */
export function volumesMade(make: NewMount): string[] {
  switch (make.kind) {
    case 'single':
    case 'empty':
      return [make.volume]
    case 'overlay':
      return [make.layer, make.mount]
    case 'copy':
      return [make.volume, ...(make.shown === undefined ? [] : [make.shown])]
  }
}
