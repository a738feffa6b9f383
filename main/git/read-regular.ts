import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const NON_BLOCKING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** A file's content; undefined unless it is a readable regular file of at most `most` bytes. Never waits. */
export async function readRegular(file: string, most: number): Promise<Buffer | undefined> {
  try {
    await using handle = await open(file, NON_BLOCKING)
    const stats = await handle.stat()
    return stats.isFile() && stats.size <= most ? await handle.readFile() : undefined
  } catch {
    // Whatever it is: nothing can be known from it.
    return undefined
  }
}
