import { type FSWatcher, watch } from 'node:fs'
import path from 'node:path'
import { isSystemError } from '../../shared/errors.ts'

/** So many folders are listened to one by one. */
const MAX = 500

/** Watches single folders without the folders below them; if the system cannot, they are polled. */
export class FolderWatches {
  private readonly watches = new Map<string, FSWatcher>()
  private readonly changed: () => void
  private timer: NodeJS.Timeout | undefined
  private told = false
  private readonly look: number
  private readonly warn: (problem: string) => void

  /**
   * `look`: in milliseconds, how often `changed` is called if the system does not report changes; `warn` receives the
   * reason.
   */
  constructor(changed: () => void, look: number, warn: (problem: string) => void) {
    this.changed = changed
    this.look = look
    this.warn = warn
  }

  /** Listens to these folders and to no others; one that is not there is left out. */
  set(folders: ReadonlySet<string>): void {
    this.stopLooking()
    const wanted = folders.size > MAX ? new Set<string>() : folders
    for (const folder of this.watches.keys()) if (!wanted.has(folder)) this.forget(folder)
    if (folders.size > MAX)
      this.startLooking(`${folders.size} folders beside the project's own decide the version`)
    const before = this.watches.size
    for (const folder of wanted) if (!this.watches.has(folder)) this.listen(folder)
    // Earlier changes are not reported.
    if (this.watches.size > before) this.changed()
  }

  close(): void {
    this.stopLooking()
    for (const folder of [...this.watches.keys()]) this.forget(folder)
  }

  private listen(folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => {
        // It is gone or was moved, and another one may come; the folder above is watched, too.
        if (name === path.basename(folder)) this.forget(folder)
        this.changed()
      })
      watcher.on('error', () => this.forget(folder))
      this.watches.set(folder, watcher)
    } catch (error) {
      if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return
      this.startLooking(error instanceof Error ? error.message : String(error))
    }
  }

  private forget(folder: string): void {
    this.watches.get(folder)?.close()
    this.watches.delete(folder)
  }

  private startLooking(problem: string): void {
    this.timer ??= setInterval(this.changed, this.look)
    if (!this.told) this.warn(problem)
    this.told = true
  }

  private stopLooking(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }
}
