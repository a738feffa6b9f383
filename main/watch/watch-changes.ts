import { watch as watchGit } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { identifyFolder, isAnotherFolder } from '../files/folder-identity.ts'
import { gitFolder } from '../git/git-folder.ts'
import type { Project } from '../store/open-project.ts'
import { FolderWatches } from './folder-watches.ts'
import { IGNORED_FOLDERS } from './watched-folders.ts'

/** How long a watch waits, in milliseconds. */
export interface Pace {
  /** Files have settled when nothing changed for so long. */
  quiet: number
  /** Where something always changes, files are looked at that often all the same. */
  longest: number
  /** How often files are polled if the system does not report changes. */
  poll: number
  /** When to check again what no file shows, such as a running git command or an open terminal. */
  soon: number
  /** The same, for an engine that is down. */
  later: number
}

/**
 * @parcel/watcher reports continuous changes only every 500 ms (MAX_WAIT_TIME of its Debounce.hh), so a shorter `quiet`
 * would mistake them for a pause.
 */
export const PACE: Pace = { quiet: 600, longest: 2400, poll: 2000, soon: 500, later: 3000 }

/** Reports that files of a project have changed; not which ones, because only their combined state counts. */
export interface ChangeWatcher {
  /** Waits for a change. */
  nextChange(signal: AbortSignal): Promise<void>
  /**
   * Waits for a change and until it has settled. False if files kept changing all the time, so that their state may be
   * incomplete.
   */
  waitUntilSettled(signal: AbortSignal): Promise<boolean>
  /** Listens to these folders, too, and to no others beside the project's: what is right in them, not what is below. */
  watchFolders(folders: ReadonlySet<string>): void
  /** Watches the folder that has taken the place of the project's, where it was deleted and made again. */
  renew(): Promise<void>
  /** Asks for one more look, though nothing changed. */
  trigger(): void
  close(): Promise<void>
}

/**
 * Watches a project's folder and what git keeps of it. Changes in `node_modules` and `.git` are ignored, except for
 * HEAD and the index of git; other folders that the plan uses have to be watched with `watchFolders`. `warn` is called
 * if the system cannot report changes.
 */
export async function watchChanges(
  project: Project,
  { quiet, longest, poll }: Pick<Pace, 'quiet' | 'longest' | 'poll'>,
  warn: (problem: string) => void,
): Promise<ChangeWatcher> {
  let changes = 0
  let wake = () => {}
  const trigger = () => {
    changes++
    wake()
  }
  const next = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      wake = () => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      signal.addEventListener('abort', wake)
    })
  let seen = 0
  const changed = async (signal: AbortSignal) => {
    while (changes === seen && !signal.aborted) await next(signal)
  }
  const open = () =>
    Promise.all([watchFiles(project.path, trigger, poll, warn), watchGitFolder(project, trigger)])
  let folder = await identifyFolder(project.path)
  let closers: Close[] = await open()
  const closeAll = () => Promise.all(closers.map((close) => close()))
  const otherFolders = new FolderWatches(trigger, poll, warn)
  return {
    trigger,
    watchFolders: (folders) => otherFolders.set(folders),
    renew: async () => {
      const now = await identifyFolder(project.path)
      if (!now || (folder && !isAnotherFolder(folder, now))) return
      // First: a second subscription to a path shares the one that there is, which watches the folder that is gone.
      await closeAll()
      closers = []
      closers = await open()
      folder = now
    },
    nextChange: changed,
    waitUntilSettled: async (signal) => {
      await changed(signal)
      const began = performance.now()
      while (!signal.aborted && performance.now() - began < longest) {
        seen = changes
        await pause(quiet, undefined, { signal }).catch(() => {})
        if (changes === seen) return true
      }
      seen = changes - 1
      return false
    },
    close: async () => {
      otherFolders.close()
      await closeAll()
    },
  }
}

type Close = () => Promise<void> | void

async function watchFiles(
  folder: string,
  trigger: () => void,
  poll: number,
  warn: (problem: string) => void,
): Promise<Close> {
  const fallBackToPolling = (problem: unknown): Close => {
    warn(problem instanceof Error ? problem.message : String(problem))
    const timer = setInterval(trigger, poll)
    return () => clearInterval(timer)
  }
  // Loaded here, because it costs every other command its native part.
  const { default: watcher } = await import('@parcel/watcher')
  let close: Close | undefined
  try {
    const ignore = IGNORED_FOLDERS.map((name) => `**/${name}/**`)
    const subscription = await watcher.subscribe(
      folder,
      (error) => {
        if (error) close = fallBackToPolling(error)
        trigger()
      },
      { ignore },
    )
    close ??= () => subscription.unsubscribe()
  } catch (error) {
    close = fallBackToPolling(error)
  }
  return () => close?.()
}

async function watchGitFolder(project: Project, trigger: () => void): Promise<Close> {
  const folder = await gitFolder(project)
  if (folder === undefined) return () => {}
  try {
    const watcher = watchGit(folder, trigger)
    watcher.on('error', () => {})
    return () => watcher.close()
  } catch {
    // A commit that changes no file would otherwise be missed; every other change is noticed.
    return () => {}
  }
}
