import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { app } from './double/app.ts'
import { BrowserWindow } from './double/browser-window.ts'
import { protocol } from './double/main-process.ts'

test('a second start of the program ends at once, without an engine or a window', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'pristine-second-'))
  vi.stubEnv('PRISTINE_HOME', home)
  app.alone = false
  await import('../../app/electron/main.ts')
  expect(app.ended).toBe('quit')
  expect(BrowserWindow.all).toEqual([])
  // The lock is the data folder's: two people, or two data folders, are two apps.
  expect(app.getPath('userData')).toBe(path.join(home, 'desktop'))
  expect(protocol.schemes).toHaveLength(1)
  expect(app.protocols).toEqual([])
  await rm(home, { recursive: true, force: true })
})
