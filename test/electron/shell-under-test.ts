import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { expect, test, vi } from 'vitest'
import { registerScheme } from '../../app/electron/page-protocol.ts'
import { runShell, type ShellOptions } from '../../app/electron/shell.ts'
import { whyNoBrowser } from '../browser/chromium.ts'
import { app } from './double/app.ts'
import { BrowserWindow, closeBrowser } from './double/browser-window.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** A test with a window; skipped where there is no browser to stand in for it. */
export const windowTest = test.skipIf(whyNoBrowser()) as typeof test

/** In milliseconds. */
const WAIT = { timeout: 20_000, interval: 20 }

/** The shell, with folders of its own, in the double of Electron. One in a test file: Electron, too, is there once. */
export interface ShellUnderTest extends AsyncDisposable {
  root: string
  faults: unknown[]
  window(): BrowserWindow
  /** The page of the window, when it has its port. */
  page(): Promise<Page>
}

export async function openShell(given: Partial<ShellOptions> = {}): Promise<ShellUnderTest> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-shell-')))
  const built = path.join(root, 'built')
  const page = path.join(root, 'page')
  await mkdir(path.join(root, 'home'))
  await cp(path.join(import.meta.dirname, 'page'), page, { recursive: true })
  await bundle(path.join(import.meta.dirname, 'page/probe.js'), path.join(page, 'probe.js'), 'esm')
  await bundle(path.join(ROOT, 'app/electron/preload/preload.ts'), path.join(built, 'preload.cjs'), 'cjs')
  app.setPath('userData', path.join(root, 'data'))
  app.setPath('home', path.join(root, 'home'))
  const home = path.join(root, 'pristine')
  const env = {
    HOME: path.join(root, 'home'),
    PATH: process.env['PATH'],
    DOCKER_HOST: `unix://${path.join(root, 'no-engine.sock')}`,
    PRISTINE_HOME: home,
    ...given.env,
  }
  const faults: unknown[] = []
  registerScheme()
  await runShell({
    argv: [],
    page,
    built,
    commandLine: path.join(root, 'cli', 'main.js'),
    updater: undefined,
    fault: (error) => void faults.push(error),
    ...given,
    env,
  })
  const window = () => {
    const [first] = BrowserWindow.all
    if (!first) throw new Error('There is no window.')
    return first
  }
  return {
    root,
    faults,
    window,
    page: async () => {
      await vi.waitUntil(() => window().webContents.page, WAIT)
      const shown = window().webContents.page as Page
      // Not by waitForFunction, which the page's policy forbids.
      await vi.waitUntil(() => shown.evaluate(`'client' in globalThis`).catch(() => false), WAIT)
      return shown
    },
    async [Symbol.asyncDispose]() {
      for (const one of [...BrowserWindow.all]) await one.close()
      app.quit()
      await vi.waitUntil(() => app.ended, { timeout: 15_000 })
      await closeBrowser()
      await rm(root, { recursive: true, force: true })
      expect(faults).toEqual([])
    },
  }
}

async function bundle(input: string, file: string, format: 'esm' | 'cjs'): Promise<void> {
  const build = await rolldown({
    input,
    external: ['electron'],
    platform: format === 'esm' ? 'browser' : 'node',
  })
  await build.write({ file, format })
  await build.close()
}
