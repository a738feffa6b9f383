import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { productError } from '../../shared/errors.ts'
import { Notifier } from '../host/notifier.ts'

/** In bytes: how much is read at a time. */
const CHUNK = 64 * 1024

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

  /**
   * Takes content as fast as it comes, and gives it as slowly as it is taken. `end` is called, and the spool closed, when all
   * was taken, nobody takes it any more, or taking it failed, which whoever reads learns.
   */
  relay(content: AsyncIterable<Buffer>, end: () => void): Readable {
    const grown = new Notifier()
    const stopped = new AbortController()
    let isWhole = false
    const filling = (async () => {
      for await (const chunk of content) {
        if (stopped.signal.aborted) return
        await this.write(chunk)
        grown.notify()
      }
      isWhole = true
      grown.notify()
    })()
    // It may fail while nobody waits for it.
    filling.catch(() => {})
    let at = 0
    const next = async (): Promise<Buffer | null> => {
      while (at === this.length) {
        if (isWhole) return null
        await Promise.race([filling, grown.wait(stopped.signal)])
        stopped.signal.throwIfAborted()
      }
      const { buffer, bytesRead } = await this.file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at)
      at += bytesRead
      return buffer.subarray(0, bytesRead)
    }
    return new Readable({
      read() {
        next().then(
          (chunk) => this.push(chunk),
          (error: Error) => this.destroy(error),
        )
      },
      destroy: (error, done) => {
        stopped.abort()
        end()
        void filling
          .catch(() => {})
          .then(() => this.close())
          .then(() => done(error))
      },
    })
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
