import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import { openHome } from '../../main/store/home.ts'
import { openProject } from '../../main/store/open-project.ts'
import { recordClone } from '../../main/trust/trust-record.ts'
import type { ProjectSummary } from '../../shared/project.ts'
import { rigVariables, startRig } from '../rig/rig.ts'
import { app } from './double/app.ts'
import { BrowserWindow } from './double/browser-window.ts'
import { entry, Menu, Notification, Tray } from './double/desktop.ts'
import { dialog, nativeTheme, screen, shell } from './double/main-process.ts'
import { openShell, type ShellUnderTest, windowTest as test } from './shell-under-test.ts'

/** A day with the desktop app on the real engine: its tray, its notifications, its window. */
let tested: ShellUnderTest
let folder: string
let env: Record<string, string>
const WAIT = { timeout: 60_000, interval: 50 }

beforeAll(async () => {
  env = rigVariables(await startRig())
  tested = await openShell({ env })
  folder = path.join(tested.root, 'home', 'desk-shop')
  await mkdir(folder)
  // A definition of its own, because equal ones share their images.
  const dockerfile = [
    'FROM busybox:1.36',
    'RUN echo desktop-day > /day',
    'EXPOSE 8080',
    'CMD ["httpd", "-f", "-p", "8080"]',
  ]
  await writeFile(path.join(folder, 'Dockerfile'), `${dockerfile.join('\n')}\n`)
}, 300_000)
afterAll(async () => {
  const home = { HOME: path.join(tested.root, 'home'), PRISTINE_HOME: path.join(tested.root, 'pristine') }
  const engine = createEngine({ ...process.env, ...env, ...home })
  const run = { signal: new AbortController().signal, report: () => {} }
  await engine.remove(folder, { data: true, versions: true }, run)
  await engine.remove(path.join(tested.root, 'home', 'ending'), { data: true, versions: true }, run)
  await engine.settled()
  await tested[Symbol.asyncDispose]()
}, 120_000)

const inPage = async <T>(text: string): Promise<T> => (await tested.page()).evaluate(text)
const change = (settings: object) => inPage(`client.settings.change(${JSON.stringify(settings)})`)
const tray = () => Tray.all[0]
const pick = (...labels: string[]) => entry(tray()?.menu ?? [], ...labels).click?.()
const shows = (label: string) => vi.waitUntil(() => tray()?.menu[0]?.label?.startsWith(label), WAIT)

test('the tray comes and goes as the person chooses', async () => {
  expect(Tray.all).toHaveLength(0)
  await change({ tray: true })
  await vi.waitUntil(() => Tray.all.length === 1)
  expect(tray()?.menu[0]?.label).toBe('No environments yet')
  await change({ tray: false })
  await vi.waitUntil(() => Tray.all.length === 0)
  await change({ tray: true })
  await vi.waitUntil(() => Tray.all.length === 1)
})

test('the theme that the person chooses is the window’s', async () => {
  await change({ theme: 'dark' })
  await vi.waitUntil(() => nativeTheme.themeSource === 'dark')
  await change({ theme: 'system' })
})

test('Start in the tray of a clone that nobody trusted shows it instead', async () => {
  const clone = path.join(tested.root, 'home', 'stranger')
  await mkdir(clone)
  await writeFile(path.join(clone, 'Dockerfile'), 'FROM busybox:1.36\n')
  const { key } = await openProject(clone)
  const home = openHome({ PRISTINE_HOME: path.join(tested.root, 'pristine') })
  await recordClone({ home }, key, 'https://example.org/stranger.git')
  const opened = await inPage<ProjectSummary>(`client.projects.open({ folder: ${JSON.stringify(clone)} })`)
  expect(opened).toMatchObject({ key, needsTrust: true })
  await shows('stranger · absent')
  pick('stranger', 'Start')
  const shown = await tested.page()
  await vi.waitUntil(() => shown.url().endsWith(`#/projects/${key}/overview`))
  await inPage(`client.projects.forget({ project: '${key}' })`)
  await vi.waitUntil(() => tray()?.menu[0]?.label === 'No environments yet', WAIT)
})

test('Start in the tray of an environment that asks for a secret shows it instead', async () => {
  const asking = path.join(tested.root, 'home', 'asking')
  await mkdir(path.join(asking, '.devcontainer'), { recursive: true })
  const definition = { image: 'busybox:1.36', secrets: { TOKEN: {} } }
  await writeFile(path.join(asking, '.devcontainer/devcontainer.json'), JSON.stringify(definition))
  const { key } = await inPage<ProjectSummary>(`client.projects.open({ folder: ${JSON.stringify(asking)} })`)
  await shows('asking · absent')
  pick('asking', 'Start')
  const shown = await tested.page()
  await vi.waitUntil(() => shown.url().endsWith(`#/projects/${key}/overview`))
  await inPage(`client.projects.forget({ project: '${key}' })`)
  await vi.waitUntil(() => tray()?.menu[0]?.label === 'No environments yet', WAIT)
})

test('Start in the tray starts the environment, and a notification reports it when the window is elsewhere', async () => {
  const opened = await inPage<ProjectSummary>(`client.projects.open({ folder: ${JSON.stringify(folder)} })`)
  expect(opened.state).toBe('absent')
  await shows('desk-shop · absent')
  tested.window().focused = false
  pick('desk-shop', 'Start')
  await shows('desk-shop · ready · v1')
  await vi.waitUntil(() => Notification.shown.length > 0, WAIT)
  expect(Notification.shown.at(-1)).toMatchObject({
    title: expect.stringContaining('desk-shop: '),
    body: 'It runs v1.',
  })
})

test('a click on the notification shows the environment', async () => {
  const { done } = tested.window()
  done.length = 0
  Notification.shown.at(-1)?.emit('click')
  expect(done).toEqual(['show', 'focus'])
  const shown = await tested.page()
  await vi.waitUntil(() => /#\/projects\/desk-shop-[0-9a-f]{32}\/overview$/.test(shown.url()))
  // It went there without loading the page again: the port still answers.
  expect(await inPage('got.messages.length')).toBe(1)
})

test('Open in the tray opens the published port in the browser, which the page may do as well', async () => {
  shell.opened.length = 0
  pick('desk-shop', 'Open')
  await vi.waitUntil(() => shell.opened.length === 1)
  expect(shell.opened[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  await inPage(`client.desktop.openExternal({ url: '${shell.opened[0]}x' })`)
  expect(shell.opened).toHaveLength(2)
  const key = (
    await inPage<{ projects: ProjectSummary[] }>(
      `(async () => { for await (const event of await client.projects.watch()) return event })()`,
    )
  ).projects[0]?.key
  await change({ open: { [key ?? '']: 'terminal' } })
  tested.window().done.length = 0
  pick('desk-shop', 'Open')
  await vi.waitUntil(() => tested.window().done.includes('focus'))
  expect(shell.opened).toHaveLength(2)
})

test('Reset in the tray asks first, with Cancel as the answer of whoever says nothing', async () => {
  dialog.boxes.length = 0
  dialog.presses = undefined
  pick('desk-shop', 'Reset…')
  await vi.waitUntil(() => dialog.boxes.length === 1)
  expect(dialog.boxes[0]).toMatchObject({
    message: 'Reset desk-shop to its known-good version?',
    buttons: ['Cancel', 'Reset environment'],
    defaultId: 0,
    cancelId: 0,
  })
  const operations = () => inPage<{ what: string; state: string }[]>('client.operations.list({})')
  const before = (await operations()).length
  dialog.presses = 'Reset environment'
  pick('desk-shop', 'Reset…')
  await vi.waitUntil(async () => {
    const [newest, ...older] = await operations()
    return older.length + 1 === before + 1 && newest?.state === 'done'
  }, WAIT)
  await shows('desk-shop · ready · v1')
})

test('what fails is reported with its reason and the next step', async () => {
  dialog.boxes.length = 0
  await writeFile(path.join(tested.root, 'taken'), '')
  vi.stubEnv('APPIMAGE', '')
  const item = entry(
    Menu.application.flatMap(({ submenu }) => submenu ?? []),
    'Install command line tool…',
  )
  await mkdir(path.join(tested.root, 'home/.local/bin'), { recursive: true })
  await writeFile(path.join(tested.root, 'home/.local/bin/pristine'), 'mine')
  dialog.presses = 'Install'
  item.click?.()
  await vi.waitUntil(() => dialog.boxes.length === 2)
  expect(dialog.boxes[1]).toMatchObject({
    type: 'error',
    message: expect.stringContaining('is there already'),
  })
})

test('the command line tool is installed when the person agrees, and only then', async () => {
  const file = path.join(tested.root, 'home/.local/bin/pristine')
  await writeFile(file, '# Made by Pristine: it starts the command line that came with the app.')
  const item = entry(
    Menu.application.flatMap(({ submenu }) => submenu ?? []),
    'Install command line tool…',
  )
  dialog.boxes.length = 0
  dialog.presses = undefined
  item.click?.()
  await vi.waitUntil(() => dialog.boxes.length === 1)
  expect(dialog.boxes[0]?.detail).toContain(file)
  dialog.presses = 'Install'
  item.click?.()
  await vi.waitUntil(() => dialog.boxes.length === 3)
  expect(dialog.boxes[2]?.message).toBe('The command line tool is installed.')
  expect(await readFile(file, 'utf8')).toContain(path.join(tested.root, 'cli/main.js'))
})

test('a window that is closed leaves the tray, and comes back where it was', async () => {
  const window = tested.window()
  window.bounds = { x: 100, y: 80, width: 900, height: 700 }
  await window.close()
  expect(app.ended).toBeUndefined()
  await vi.waitUntil(async () =>
    /900/.test(await readFile(path.join(tested.root, 'data/window.json'), 'utf8').catch(() => '')),
  )
  screen.displays = [{ workArea: { x: 0, y: 0, width: 1000, height: 600 } }]
  pick('Show Pristine')
  await vi.waitUntil(() => BrowserWindow.all.length === 1)
  expect(tested.window().options).toMatchObject({ x: 100, y: 0, width: 900, height: 600 })
  expect(await inPage('client.app.about().then(({ version }) => version)')).toBe('0.0.0-test')
})

test('without a tray the app ends with its window, and environments run on unless they are to end with it', async () => {
  const ending = path.join(tested.root, 'home', 'ending')
  await mkdir(path.join(ending, '.devcontainer'), { recursive: true })
  const definition = { image: 'busybox:1.36', shutdownAction: 'stopContainer' }
  await writeFile(path.join(ending, '.devcontainer/devcontainer.json'), JSON.stringify(definition))
  const { key } = await inPage<ProjectSummary>(`client.projects.open({ folder: ${JSON.stringify(ending)} })`)
  await inPage(`client.environment.up({ project: '${key}' })`)
  await vi.waitUntil(() => tray()?.menu.some(({ label }) => label?.startsWith('ending · ready')), WAIT)
  await change({ tray: false })
  await vi.waitUntil(() => Tray.all.length === 0)
  await tested.window().close()
  await vi.waitUntil(() => app.ended === 'quit', { timeout: 20_000 })
  const home = { HOME: path.join(tested.root, 'home'), PRISTINE_HOME: path.join(tested.root, 'pristine') }
  const engine = createEngine({ ...process.env, ...env, ...home })
  const states = (await engine.list()).map(({ name, state }) => [name, state] as const)
  expect(Object.fromEntries(states)).toEqual({ 'desk-shop': 'ready', ending: 'stopped' })
})
