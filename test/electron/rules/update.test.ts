import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { Update, type Updater, type UpdateState } from '../../../app/electron/update.ts'

/** Says what electron-updater says; what it downloads is its own matter. */
class Source extends EventEmitter {
  channel: string | null = null
  allowDowngrade = true
  autoDownload = false
  autoInstallOnAppQuit = false
  looked = 0
  installed = 0
  async checkForUpdates() {
    this.looked++
    throw new Error('no network')
  }
  quitAndInstall() {
    this.installed++
  }
}

const updateOf = (source: Source, ready: (version: string) => void = () => {}) =>
  new Update(source as unknown as Updater, ready)

test('what the updater reports is passed on from the state now on, to each who watches', async () => {
  const source = new Source()
  const ready: string[] = []
  const update = updateOf(source, (version) => ready.push(version))
  const end = new AbortController()
  const watcher = update.watch(end.signal)
  const next = async () => (await watcher.next()).value as UpdateState
  expect(await next()).toEqual({ kind: 'none' })
  source.emit('update-available', { version: '0.2.0' })
  expect(await next()).toEqual({ kind: 'downloading', version: '0.2.0', percent: 0 })
  source.emit('download-progress', { percent: 40 })
  expect(await next()).toEqual({ kind: 'downloading', version: '0.2.0', percent: 40 })
  source.emit('error', new Error('The signature is wrong.'))
  expect(await next()).toEqual({ kind: 'failed', problem: 'The signature is wrong.' })
  update.install()
  expect(source.installed).toBe(0)
  source.emit('update-downloaded', { version: '0.2.0' })
  expect(await next()).toEqual({ kind: 'ready', version: '0.2.0' })
  expect((await update.watch(end.signal).next()).value).toEqual({ kind: 'ready', version: '0.2.0' })
  update.install()
  expect([source.installed, ready]).toEqual([1, ['0.2.0']])
  const last = watcher.next()
  end.abort()
  expect((await last).done).toBe(true)
})

test('the settings say whether it looks, and which versions', () => {
  const source = new Source()
  const update = updateOf(source)
  update.follow({ check: false, channel: 'stable' })
  expect(source.looked).toBe(0)
  update.follow({ check: true, channel: 'stable' })
  update.follow({ check: true, channel: 'stable' })
  expect([source.looked, source.channel, source.allowDowngrade]).toEqual([1, 'latest', false])
  update.follow({ check: true, channel: 'beta' })
  expect([source.looked, source.channel, source.allowDowngrade]).toEqual([2, 'beta', false])
  update.follow({ check: false, channel: 'beta' })
  expect(source.looked).toBe(2)
})

test('without an updater there never is a new version', async () => {
  const update = new Update(undefined, () => {})
  update.follow({ check: true, channel: 'beta' })
  update.install()
  const { value } = await update.watch(new AbortController().signal).next()
  expect(value).toEqual({ kind: 'none' })
})
