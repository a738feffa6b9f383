/** How often a part of the page is asked for, and the first wait between, in milliseconds. */
const [TRIES, WAIT] = [5, 150]

/**
 * A loader of a part of the page that does not give up at the first failure: browsers break off what they load when the
 * computer's networks change, and each container that starts brings one.
 */
export const patiently =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    for (let tries = 1; ; tries++) {
      try {
        return await load()
      } catch (error) {
        if (tries === TRIES) throw error
        await new Promise((resolve) => setTimeout(resolve, WAIT * 2 ** (tries - 1)))
      }
    }
  }
