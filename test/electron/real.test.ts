import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findRuntime } from '../../app/electron-runtime.ts'

/** The built app in the true Electron, wherever its runtime is; `npm run build:app` goes before. */
const ROOT = path.join(import.meta.dirname, '../..')
const found = findRuntime()
const why = 'missing' in found ? `: ${found.missing}` : ''
if (why) console.warn(`The tests of the true Electron are skipped${why}.`)

describe.skipIf(why)(`in the true Electron${why && ` (skipped${why})`}`, () => {
  let home: string
  let app: ElectronApplication
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pristine-electron-'))
    app = await _electron.launch({
      executablePath: 'program' in found ? found.program : '',
      args: [ROOT],
      env: { ...process.env, PRISTINE_HOME: home, DOCKER_HOST: `unix://${home}/no-engine.sock` } as never,
    })
    page = await app.firstWindow()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
  })
  afterAll(async () => {
    await app?.close()
    await rm(home, { recursive: true, force: true })
  })

  test('the page comes from the app and shows Home', async () => {
    await page.getByRole('navigation').waitFor()
    expect(new URL(page.url()).protocol).toBe('app:')
    expect(complaints).toEqual([])
  })

  test('the page finds nothing of Node', async () => {
    expect(
      await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in globalThis)),
    ).toEqual([])
  })

  test('the page reaches nothing outside, and opens no window', async () => {
    const tried = await page.evaluate(() =>
      Promise.all(
        ['https://example.org/', 'file:///etc/hosts'].map((address) =>
          fetch(address).then(
            () => 'reached',
            () => 'refused',
          ),
        ),
      ),
    )
    expect(tried).toEqual(['refused', 'refused'])
    await page.evaluate(`void window.open('about:blank')`)
    await page.evaluate(`void (location.href = 'https://example.org/')`)
    expect(app.windows()).toHaveLength(1)
    expect(page.url()).toMatch(/^app:/)
  })

  test('the window is hardened', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => {
        const { webContents } = window as unknown as { webContents: { getLastWebPreferences(): object } }
        return webContents.getLastWebPreferences()
      }),
    )
    expect(preferences).toEqual([
      expect.objectContaining({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
      }),
    ])
  })
})
