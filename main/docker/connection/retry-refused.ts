import { isProductError } from '../../../shared/errors.ts'

const TRIES = 4

/**
 * Asks again when the engine fails: its lists and removals of images, and Podman's look at one, do when another image goes
 * away meanwhile, and so does a look at a container that somebody replaces. Only for what may be asked twice.
 */
export async function retryRefused<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === TRIES || !isProductError(error, 'engine-refused')) throw error
    }
  }
}
