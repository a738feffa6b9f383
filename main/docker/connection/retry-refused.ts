import { isProductError } from '../../../shared/errors.ts'

const TRIES = 4

/**
 * Retries a refused call: listing and removing images, and inspecting one with Podman, fail when another image
 * disappears meanwhile, and so does inspecting a container that is being replaced. Only for what may be asked twice.
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
