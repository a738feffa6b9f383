import { randomBytes } from 'node:crypto'
import { productError } from '../../shared/errors.ts'
import { type Uploaded, UploadId } from '../../shared/file.ts'
import type { Upload } from '../verbs/container-files/upload-file.ts'
import { Spool } from './spool.ts'

/** In milliseconds: an upload of which nothing comes for so long is cancelled. */
const IDLE = 60_000
/** So many uploads go on at most. */
const MAX = 16

interface Ongoing {
  spool: Spool
  upload: Upload
  /** In bytes. */
  size: number
  cancel: AbortController
  idle: NodeJS.Timeout
  /** What was asked of it last; one thing follows another. */
  last: Promise<unknown>
}

/** The uploads of this process' pages: each ends when it is finished, cancelled or left alone. */
export class Uploads {
  private readonly ongoing = new Map<UploadId, Ongoing>()
  private readonly folder: string

  /** `folder`: the data folder. */
  constructor(folder: string) {
    this.folder = folder
  }

  /** Begins one of so many bytes. Errors: `usage` when too many go on; `storage-failed`. */
  async start(upload: Upload, size: number): Promise<UploadId> {
    if (this.ongoing.size >= MAX) {
      const problem = `${MAX} uploads go on.`
      throw productError('usage', { problem, hint: 'Wait for one of them, or cancel it.' })
    }
    const spool = await Spool.open(this.folder)
    const id = UploadId.parse(randomBytes(16).toString('hex'))
    const idle = setTimeout(() => this.cancel(id).catch(() => {}), IDLE).unref()
    const cancel = new AbortController()
    this.ongoing.set(id, { spool, upload, size, cancel, idle, last: Promise.resolve() })
    return id
  }

  /** Takes its next bytes. Errors: `transfer-unknown`, also for more than was said; `storage-failed`. */
  async send(id: UploadId, bytes: Buffer): Promise<void> {
    const one = this.find(id)
    one.idle.refresh()
    await next(one, async () => {
      if (one.spool.bytes + bytes.length > one.size) throw productError('transfer-unknown', {})
      await one.spool.write(bytes)
    })
  }

  /** Returns when the file is there. Errors: `transfer-unknown`; those of the upload. */
  async finish(id: UploadId): Promise<Uploaded> {
    const one = this.find(id)
    clearTimeout(one.idle)
    try {
      const run = { signal: one.cancel.signal, report: () => {} }
      return await next(one, () => one.upload(one.spool.read(), run))
    } finally {
      await this.end(id, one)
    }
  }

  /** Returns when nothing is left of it. Errors: `transfer-unknown`. */
  async cancel(id: UploadId): Promise<void> {
    const one = this.find(id)
    one.cancel.abort()
    await one.last.catch(() => {})
    await this.end(id, one)
  }

  async cancelAll(): Promise<void> {
    await Promise.all([...this.ongoing.keys()].map((id) => this.cancel(id)))
  }

  private async end(id: UploadId, { spool, idle }: Ongoing): Promise<void> {
    clearTimeout(idle)
    this.ongoing.delete(id)
    await spool.close()
  }

  private find(id: UploadId): Ongoing {
    const found = this.ongoing.get(id)
    if (!found) throw productError('transfer-unknown', {})
    return found
  }
}

/** Does something with an upload after what was asked of it before. */
function next<T>(one: Ongoing, work: () => Promise<T>): Promise<T> {
  const done = one.last.catch(() => {}).then(work)
  one.last = done
  return done
}
