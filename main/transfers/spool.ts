import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { productError } from '../../shared/errors.ts'

/**
 * Bytes on the disk of this computer that a page sends or takes as slowly as it likes. Docker locks a container while a file
 * is copied, and answers no question about it: so the engine is given and gives everything at once. The file has no name once
 * it is open, so that nothing is left of it, whatever happens.
 */
export class Spool {
  private readonly file: FileHandle
  private length = 0

  private constructor(file: FileHandle) {
    this.file = file
  }

  /** `folder`: the data folder. Errors: `storage-failed`. */
  static async open(folder: string): Promise<Spool> {
    const name = path.join(folder, `transfer-${randomBytes(8).toString('hex')}.tmp`)
    return written(folder, async () => {
      const file = await open(name, 'wx+', 0o600)
      await rm(name)
      return new Spool(file)
    })
  }

  /** How many bytes it has. */
  get bytes(): number {
    return this.length
  }

  /** Adds bytes; one call at a time. Errors: `storage-failed`. */
  async write(bytes: Buffer): Promise<void> {
    await written('What is transferred', async () => {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.file.write(bytes, at, bytes.length - at, this.length)
        at += bytesWritten
        this.length += bytesWritten
      }
    })
  }

  /** All of it, which closes it. */
  read(): Readable {
    return this.file.createReadStream({ start: 0 })
  }

  async close(): Promise<void> {
    await this.file.close().catch(() => {})
  }
}

async function written<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw productError('storage-failed', { path: what, problem, of: 'home' }, { cause: error })
  }
}
