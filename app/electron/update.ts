import type { AppUpdater } from 'electron-updater'
import { Notifier } from '../../main/host/notifier.ts'
import type { Settings } from '../../shared/settings.ts'

/** In milliseconds: how often an app that stays open looks for a new version of itself. */
const CHECK_INTERVAL = 4 * 60 * 60 * 1000

export type UpdateState =
  | { kind: 'none' }
  | { kind: 'downloading'; version: string; percent: number }
  | { kind: 'ready'; version: string }
  | { kind: 'failed'; problem: string }

/** The part of electron-updater that is used; what it downloads it checks against the publisher's signature itself. */
export type Updater = Pick<
  AppUpdater,
  | 'channel'
  | 'allowDowngrade'
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'checkForUpdates'
  | 'quitAndInstall'
  | 'on'
>

/** New versions of the app itself: looked for, downloaded, and installed on the person's word or when the app ends. */
export class Update {
  private state: UpdateState = { kind: 'none' }
  private readonly notifiers = new Set<Notifier>()
  private readonly updater: Updater | undefined
  private timer: NodeJS.Timeout | undefined
  private channel: string | undefined

  /**
   * Without an updater (the app runs from its sources) there never is a new version. `ready` is called with its
   * version.
   */
  constructor(updater: Updater | undefined, ready: (version: string) => void) {
    this.updater = updater
    if (!updater) return
    updater.autoDownload = true
    updater.autoInstallOnAppQuit = true
    let version = ''
    updater.on('update-available', (info) => {
      version = info.version
      this.set({ kind: 'downloading', version, percent: 0 })
    })
    updater.on('update-not-available', () => this.set({ kind: 'none' }))
    updater.on('download-progress', ({ percent }) => this.set({ kind: 'downloading', version, percent }))
    updater.on('update-downloaded', (info) => {
      this.set({ kind: 'ready', version: info.version })
      ready(info.version)
    })
    updater.on('error', (error) => this.set({ kind: 'failed', problem: error.message }))
  }

  /** Checks for a new version as the settings say: periodically, or never. */
  follow({ check, channel }: Settings['updates']): void {
    const wanted = check ? channel : undefined
    if (!this.updater || wanted === this.channel) return
    this.channel = wanted
    clearInterval(this.timer)
    if (!check) return
    this.updater.channel = channel === 'beta' ? 'beta' : 'latest'
    // Who leaves the beta channel waits for the next stable version.
    this.updater.allowDowngrade = false
    void this.look()
    this.timer = setInterval(() => void this.look(), CHECK_INTERVAL)
    this.timer.unref()
  }

  /** Ends the app and begins the new version, if one is ready. */
  install(): void {
    if (this.state.kind === 'ready') this.updater?.quitAndInstall()
  }

  /** What there is, and each time that it changes. */
  async *watch(signal: AbortSignal): AsyncGenerator<UpdateState> {
    const notifier = new Notifier()
    this.notifiers.add(notifier)
    try {
      let emitted: UpdateState | undefined
      while (!signal.aborted) {
        if (this.state !== emitted) {
          emitted = this.state
          yield emitted
        } else await notifier.wait(signal)
      }
    } finally {
      this.notifiers.delete(notifier)
    }
  }

  private async look(): Promise<void> {
    // Failures are also reported by the `error` event.
    await this.updater?.checkForUpdates().catch(() => {})
  }

  private set(state: UpdateState): void {
    this.state = state
    for (const notifier of this.notifiers) notifier.notify()
  }
}
