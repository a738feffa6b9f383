import { isProductError } from '../../shared/errors.ts'

const TRIES = 4

/** Asks again when the engine fails: some of its lists do when an image goes away while they are made. */
export async function steady<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === TRIES || !isProductError(error, 'engine-refused')) throw error
    }
  }
}
