import { access, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { test } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import { LEDGER_FILE } from '../../main/history/ledger.ts'
import { openProject } from '../../main/store/open-project.ts'
import { unusedPort } from '../rig/port.ts'
import { type Served, served } from '../served.ts'
import { sharedBrowser, startBrowser, whyNoBrowser } from './chromium.ts'

/** A test with a browser; skipped where there is none. `timeout` in milliseconds, where it takes longer than others. */
export function story(name: string, tell: () => Promise<void>, timeout?: number): void {
  test.skipIf(whyNoBrowser())(name, tell, timeout)
}

export interface DeskOptions {
  /** Adds to the environment of the server. */
  env?: Record<string, string>
  size?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
  /** False leaves the server to be started by the story. */
  start?: boolean
  /** True for a browser of its own: what is copied is one for all windows of a browser. */
  ownBrowser?: boolean
}

/** A person's computer: a home, folders with projects, `pristine serve` on the rig's engine, windows of a browser. */
export class Desk implements AsyncDisposable {
  readonly root: string
  readonly env: Record<string, string | undefined>
  /** What a page said that it must not say: errors, refusals by the page's policy. */
  readonly complaints: string[] = []
  address = ''
  private readonly port: number
  private readonly options: DeskOptions
  private server: Served | undefined
  private browser: Browser | undefined
  private context: BrowserContext | undefined
  private readonly folders: string[] = []

  constructor(root: string, port: number, options: DeskOptions) {
    this.root = root
    this.port = port
    this.options = options
    const home = path.join(root, 'pristine')
    this.env = { ...process.env, CI: undefined, HOME: root, PRISTINE_HOME: home, ...options.env }
  }

  /** Puts a project's files into a folder of that name in the home; gives the folder. */
  async project(name: string, files: Record<string, string>): Promise<string> {
    const folder = path.join(this.root, name)
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
      await writeFile(path.join(folder, file), text)
    }
    if (!this.folders.includes(folder)) this.folders.push(folder)
    return folder
  }

  /** Starts `pristine serve`, always on the same port of this desk. */
  async startServer(): Promise<void> {
    this.server = await served({ env: this.env, cwd: this.root, port: this.port })
    this.address = this.server.address
  }

  async stopServer(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const server = this.server
    this.server = undefined
    await server?.end(signal)
  }

  /** Opens a window at a route (`#/activity`). All windows of a desk are in one browser profile. */
  async open(route = '#/'): Promise<Page> {
    this.browser ??= await (this.options.ownBrowser ? startBrowser() : sharedBrowser())
    this.context ??= await this.browser.newContext({
      viewport: this.options.size ?? { width: 1280, height: 800 },
      colorScheme: this.options.colorScheme ?? 'light',
      reducedMotion: 'reduce',
    })
    const page = await this.context.newPage()
    // A build and a swap take a third of it on two cores with a load of 25.
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => this.complaints.push(String(error.stack)))
    page.on('console', (message) => {
      // A lost connection is part of some stories, and the browser writes of each one.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|ERR_NETWORK_CHANGED/.test(message.text()))
        this.complaints.push(message.text())
    })
    await load(page, this.address)
    if (route !== '#/') await page.goto(`${new URL(this.address).origin}/${route}`)
    return page
  }

  /** Allows pages to read and write the clipboard. */
  async allowClipboard(): Promise<void> {
    await this.context?.grantPermissions(['clipboard-read', 'clipboard-write'])
  }

  /** What was copied, as another page gets it when it is pasted. */
  async pasted(): Promise<string> {
    const page = await this.context?.newPage()
    if (!page) throw new Error('No window is open.')
    await page.setContent('<textarea autofocus></textarea>')
    await page.locator('textarea').press('ControlOrMeta+v')
    const text = await page.locator('textarea').inputValue()
    await page.close()
    return text
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser?.close()
    await this.stopServer()
    const engine = createEngine(this.env)
    const run = { signal: new AbortController().signal, report: () => {} }
    // Whatever was opened on a page is on the list, too.
    const listed = await engine.list().catch(() => [])
    for (const folder of new Set([...this.folders, ...listed.map(({ path }) => path)])) {
      if (await this.isUntouched(folder)) continue
      await engine.remove(folder, { data: true, versions: true }, run).catch(() => {})
    }
    await engine.settled()
    await rm(this.root, { recursive: true, force: true })
  }

  /** Whether nothing was ever built of a project: of a thousand on a list, that is most. */
  private async isUntouched(folder: string): Promise<boolean> {
    const project = await openProject(folder).catch(() => undefined)
    if (!project) return false
    const ledger = path.join(this.env['PRISTINE_HOME'] ?? '', 'projects', project.key, LEDGER_FILE)
    return access(ledger).then(
      () => false,
      () => true,
    )
  }
}

/** Loads the page; once more when a container's start changed the computer's networks and the browser broke it off. */
async function load(page: Page, address: string): Promise<void> {
  const shown = () => page.getByRole('navigation', { name: 'Main' }).waitFor({ timeout: 10_000 })
  await page.goto(address)
  await shown().catch(async () => {
    await page.goto('about:blank')
    await page.goto(address)
    await shown()
  })
}

/** Makes a desk and, unless told otherwise, starts its server. */
export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'pristine-desk-')))
  const desk = new Desk(root, await unusedPort(), options)
  if (options.start !== false) await desk.startServer()
  return desk
}
