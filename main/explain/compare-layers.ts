import type { LayerChange } from '../../shared/version.ts'

/** A step that made a layer of an image: its instruction, and the bytes that it added. */
interface Step {
  by: string
  bytes: number
}

/**
 * Where the sizes of two images differ: steps of the same instruction are the same step, the first of one with the first of
 * the other. Largest difference first.
 */
export function compareLayers(before: readonly Step[], after: readonly Step[]): LayerChange[] {
  const left = [...before]
  const changes = after.map(({ by, bytes }): LayerChange => {
    const at = left.findIndex((one) => one.by === by)
    const [old] = at < 0 ? [] : left.splice(at, 1)
    return { by, from: old?.bytes ?? null, to: bytes }
  })
  const gone = left.map(({ by, bytes }): LayerChange => ({ by, from: bytes, to: null }))
  return [...changes, ...gone]
    .filter(({ from, to }) => (from ?? 0) !== (to ?? 0))
    .toSorted((a, b) => difference(b) - difference(a))
}

const difference = ({ from, to }: LayerChange): number => Math.abs((to ?? 0) - (from ?? 0))
