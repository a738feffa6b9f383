import type { Engine } from './connection/connect.ts'
import { call } from './connection/engine-call.ts'

/** An image's layers from the first, and the steps that made them; a step without bytes need not have made one. */
export interface ImageLayers {
  layers: string[]
  /** The steps with bytes: what identifies them, and how many bytes. */
  steps: { name: string; bytes: number }[]
}

type Step = { Created: number; CreatedBy: string; Size: number }

/** Asks for the layers of an image that the engine has. */
export async function imageLayers(engine: Engine, image: string): Promise<ImageLayers> {
  const [{ RootFS }, made] = await Promise.all([
    call('inspecting the image', (abortSignal) =>
      engine.docker.getImage(image).inspect({ abortSignal } as object),
    ),
    call('reading the history of the image', (abortSignal) => history(engine, image, abortSignal)),
  ])
  const steps = made
    .filter(({ Size }) => Size > 0)
    .map(({ Created, CreatedBy, Size }) => ({ name: `${Created} ${CreatedBy}`, bytes: Size }))
  return { layers: RootFS.Layers ?? [], steps: steps.reverse() }
}

/** The steps that made an image's layers, from the first: the instruction of each, and how many bytes it added. */
export async function imageSteps(engine: Engine, image: string): Promise<{ by: string; bytes: number }[]> {
  const made = await call('reading the history of the image', (abortSignal) =>
    history(engine, image, abortSignal),
  )
  return made.map(({ CreatedBy, Size }) => ({ by: asInstruction(CreatedBy), bytes: Size })).reverse()
}

/**
 * What a builder recorded, as the instruction that it was. Values of build arguments are left out, which BuildKit and the
 * classic builder put before the command, and so are the hashes of what was copied.
 */
function asInstruction(made: string): string {
  const text = made
    .replace(/^(?:RUN )?\|\d+ .*?\/bin\/sh -c /s, 'RUN ')
    .replace(/^(?:RUN )?\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^(?:RUN )?\/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '')
  return text
    .replace(/\b(?:file|dir|multi):[0-9a-f]{64} /g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** dockerode's own call cannot be given a deadline. */
function history({ docker }: Engine, image: string, abortSignal: AbortSignal): Promise<Step[]> {
  const request = { path: `/images/${image}/history`, method: 'GET', abortSignal, statusCodes: { 200: true } }
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error: unknown, steps: unknown) =>
      error ? reject(error) : resolve(steps as Step[]),
    )
  })
}

/** What images take together, each layer that several have counted once. */
export function bytesTogether(images: ImageLayers[]): number {
  const sorted = images.toSorted((a, b) => (a.layers.join() < b.layers.join() ? -1 : 1))
  return sorted.reduce((sum, image, index) => {
    const before = sorted[index - 1]
    return sum + bytesOf(image.steps) - (before ? sharedBytes(before, image) : 0)
  }, 0)
}

/**
 * The bytes of the layers that two images begin with in common. The engine does not report which step made which layer:
 * steps equal in both made the common ones, and at most as many common layers lack a step as there are layers without
 * bytes.
 */
function sharedBytes(a: ImageLayers, b: ImageLayers): number {
  const layers = commonStart(a.layers, b.layers, (one, other) => one === other)
  const steps = commonStart(a.steps, b.steps, (x, y) => x.name === y.name && x.bytes === y.bytes)
  const without = Math.min(a.layers.length - a.steps.length, b.layers.length - b.steps.length)
  return bytesOf(a.steps.slice(0, Math.min(layers, Math.max(steps, layers - without))))
}

function commonStart<T>(a: T[], b: T[], isEqual: (one: T, other: T) => boolean): number {
  const differs = a.findIndex((one, index) => {
    const other = b[index]
    return other === undefined || !isEqual(one, other)
  })
  return differs < 0 ? a.length : differs
}

const bytesOf = (steps: ImageLayers['steps']): number => steps.reduce((sum, { bytes }) => sum + bytes, 0)
