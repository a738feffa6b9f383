import { afterAll, beforeAll, expect, vi } from 'vitest'
import { app } from './double/app.ts'
import { BrowserWindow } from './double/browser-window.ts'
import { dialog, ipcMain, protocol, session, shell } from './double/main-process.ts'
import { openShell, type ShellUnderTest, windowTest as test } from './shell-under-test.ts'

let shellUnderTest: ShellUnderTest
beforeAll(async () => {
  shellUnderTest = await openShell()
})
afterAll(() => shellUnderTest[Symbol.asyncDispose]())

const page = () => shellUnderTest.page()
/** Evaluates in the page's own world. */
const inPage = async <T>(text: string): Promise<T> => (await page()).evaluate(text)
const status = (path: string, method = 'GET') =>
  inPage<number>(`fetch('${path}', { method: '${method}' }).then((answer) => answer.status)`)

test('the page gets one port, in one message, and reaches the engine through it', async () => {
  expect(await inPage('got.messages')).toEqual([{ kind: 'pristine-port', ports: 1, own: true }])
  const about = await inPage<{ version: string }>('client.app.about()')
  expect(about.version).toBe('0.0.0-test')
  expect(await inPage('client.settings.get()')).toMatchObject({ theme: 'system' })
})

test('streams flow through the port, and end when the page ends them', async () => {
  const first = await inPage(
    `(async () => { for await (const event of await client.projects.watch()) return event })()`,
  )
  expect(first).toEqual({ kind: 'all', projects: [] })
})

test('errors of the contract arrive with their report', async () => {
  const failure = await inPage(
    `client.projects.open({ folder: '/no/such/folder' }).catch(({ code, data }) => ({ code, report: data.code }))`,
  )
  expect(failure).toEqual({ code: 'PRODUCT', report: 'project-missing' })
})

test('the page finds nothing of Node, of Electron or of the preload script', async () => {
  const names = ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', '__say', '__deliver']
  expect(await inPage(`${JSON.stringify(names)}.filter((name) => name in globalThis)`)).toEqual([])
})

test('the window is hardened', () => {
  const { options } = shellUnderTest.window()
  expect(options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  })
  expect(options['show']).toBe(false)
  expect(protocol.schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
})

test('the app serves its own files under their exact names, and nothing else', async () => {
  const statuses = await Promise.all([
    status('/'),
    status('/index.html'),
    status('/probe.js'),
    status('/INDEX.HTML'),
    status('/..%2fbuilt%2fpreload.cjs'),
    status('/%2e%2e/built/preload.cjs'),
    status('/etc/passwd'),
    status('/probe.js/'),
    status('/', 'POST'),
    status('/', 'DELETE'),
  ])
  expect(statuses).toEqual([200, 200, 200, 404, 404, 404, 404, 404, 405, 405])
  const answer = session.defaultSession.handlers.get('app')
  for (const address of ['app://other/', 'app://pristine.example/', 'app:pristine']) {
    expect((await answer?.(new Request(address)))?.status, address).toBe(404)
  }
})

test('every answer carries the policy, and the browser enforces it', async () => {
  const answer = await session.defaultSession.handlers.get('app')?.(new Request('app://pristine/'))
  expect(answer?.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /)
  expect(answer?.headers.get('x-content-type-options')).toBe('nosniff')
  // Not through the debugger, which is above the policy: by an element of the page.
  const ran = await inPage(`new Promise((resolve) => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'globalThis.inlineRan = true'
    document.head.append(script)
  })`)
  expect(ran).toBe('script-src-elem')
  expect(await inPage('globalThis.inlineRan')).toBeUndefined()
})

test('the page reaches nothing outside, by policy and without it', async () => {
  const tried =
    await inPage(`Promise.all(['https://example.org/', 'http://127.0.0.1:1/', 'file:///etc/passwd'].map(
    (address) => fetch(address).then(() => 'reached', () => 'refused')))`)
  expect(tried).toEqual(['refused', 'refused', 'refused'])
  await inPage(
    `void (document.body.append(Object.assign(new Image(), { src: 'https://example.org/x.png' })))`,
  )
  expect(session.defaultSession.reached).toEqual([])
})

test.each([
  ['https', `location.href = 'https://example.org/'`],
  ['http of this computer', `location.href = 'http://127.0.0.1:3000/'`],
  ['another app: host', `location.href = 'https://pristine.test.example.org/'`],
  [
    'a form',
    `(() => { const form = document.createElement('form'); form.action = 'https://example.org/'; document.body.append(form); form.submit() })()`,
  ],
  [
    'a link',
    `(() => { const link = document.createElement('a'); link.href = 'https://example.org/'; document.body.append(link); link.click() })()`,
  ],
  [
    'a script address',
    `(() => { const link = document.createElement('a'); link.href = 'javascript:globalThis.scriptRan = true'; document.body.append(link); link.click() })()`,
  ],
  ['a file', `location.href = 'file:///etc/passwd'`],
  ['data', `location.href = 'data:text/html,hello'`],
])('the page cannot go elsewhere: %s', async (_, go) => {
  const shown = await page()
  await shown.evaluate(`void (${go})`).catch(() => {})
  await shown.waitForTimeout(150)
  expect(shown.url()).toMatch(/^https:\/\/pristine\.test\/(#.*)?$/)
  expect(await inPage('document.title')).toBe('probe')
  expect(await inPage('globalThis.scriptRan')).toBeUndefined()
  expect(session.defaultSession.reached).toEqual([])
})

test('events of navigation, redirects and embedded pages are prevented', () => {
  const { webContents } = shellUnderTest.window()
  const prevented = (name: string, url: string) => {
    let stopped = false
    webContents.emit(name, { url, preventDefault: () => (stopped = true) })
    return stopped
  }
  expect(prevented('will-redirect', 'https://example.org/')).toBe(true)
  expect(prevented('will-frame-navigate', 'app://pristine.example/')).toBe(true)
  expect(prevented('will-frame-navigate', 'no address')).toBe(true)
  expect(prevented('will-frame-navigate', 'app://pristine/#/settings')).toBe(false)
  expect(prevented('will-attach-webview', 'app://pristine/')).toBe(true)
})

test('no new window is made; an https address goes to the browser, any other nowhere', async () => {
  const { webContents } = shellUnderTest.window()
  shell.opened.length = 0
  await inPage(`void window.open('https://example.org/docs')`)
  await vi.waitUntil(() => webContents.asked.length === 1)
  await inPage(`void window.open('http://127.0.0.1:9/')`)
  await vi.waitUntil(() => webContents.asked.length === 2)
  expect(webContents.asked.map(({ action }) => action)).toEqual(['deny', 'deny'])
  expect(BrowserWindow.all).toHaveLength(1)
  await vi.waitUntil(() => shell.opened.length > 0)
  expect(shell.opened).toEqual(['https://example.org/docs'])
})

test('permissions are denied, but for putting text into the clipboard', async () => {
  await (await page()).bringToFront()
  const names = [
    'geolocation',
    'notifications',
    'camera',
    'microphone',
    'midi',
    'clipboard-read',
    'clipboard-write',
  ]
  const states = await inPage(
    `Promise.all(${JSON.stringify(names)}.map((name) => navigator.permissions.query({ name }).then(({ state }) => state)))`,
  )
  expect(states).toEqual(['denied', 'denied', 'denied', 'denied', 'denied', 'denied', 'granted'])
  expect(await inPage(`navigator.clipboard.writeText('copied').then(() => 'written', String)`)).toBe(
    'written',
  )
  expect(await inPage(`navigator.clipboard.readText().then(() => 'read', ({ name }) => name)`)).toBe(
    'NotAllowedError',
  )
  expect(await inPage('Notification.requestPermission()')).toBe('denied')
  expect(
    await inPage(
      `new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('here'), ({ code }) => resolve(code)))`,
    ),
  ).toBe(1)
  for (const permission of [
    'media',
    'fullscreen',
    'openExternal',
    'hid',
    'serial',
    'usb',
    'pointerLock',
    'idle-detection',
    'unknown',
  ]) {
    expect(session.defaultSession.grants(permission, 'app://pristine/'), permission).toBe(false)
  }
  expect(session.defaultSession.grants('clipboard-sanitized-write', 'https://example.org/')).toBe(false)
  expect(session.defaultSession.device?.({ deviceType: 'usb' })).toBe(false)
})

test('nothing is downloaded but what the app offered', async () => {
  await inPage(`(() => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob(['bytes']))
    link.download = 'file.sh'
    link.click()
  })()`)
  await vi.waitUntil(() => session.defaultSession.downloads.length > 0)
  expect(session.defaultSession.downloads).toEqual(['prevented'])
  const isPrevented = (address: string): boolean => {
    let prevented = false
    const event = { preventDefault: () => (prevented = true) }
    session.defaultSession.emit('will-download', event, { getURL: () => address })
    return prevented
  }
  expect(isPrevented('app://pristine/download/abc')).toBe(false)
  for (const address of [
    'app://pristine/probe.js',
    'app://elsewhere/download/abc',
    'https://example.org/download/abc',
    'data:text/plain,download/',
    'blob:app://pristine/download/abc',
  ])
    expect(isPrevented(address), address).toBe(true)
})

test('who is not our page gets no port', async () => {
  const { webContents } = shellUnderTest.window()
  const given: string[] = []
  const frame = (url: string, parent: object | null) => ({
    url,
    parent,
    postMessage: () => given.push(url),
  })
  const ask = (sender: object, senderFrame: object | null) =>
    ipcMain.emit('pristine-port', { sender, senderFrame })
  ask(webContents, frame('https://example.org/', null))
  ask(webContents, frame('app://pristine.example/', null))
  ask(webContents, frame('app://pristine/', {}))
  ask(webContents, frame('data:text/html,app://pristine/', null))
  ask(webContents, null)
  ask({ id: webContents.id + 1000 }, frame('app://pristine/', null))
  expect(given).toEqual([])
})

test.each([
  ['no JSON', '"garbage"'],
  ['an empty text', '""'],
  ['another shape', `'{"i":{},"p":null}'`],
  ['no text', '{ i: 1 }'],
  ['bytes', 'new Uint8Array([1, 2, 3])'],
  ['a number', '42'],
])('a message that is %s closes the port and harms nobody; a reload gets another', async (_, message) => {
  await inPage(`void port.postMessage(${message})`)
  await vi.waitUntil(() => inPage('got.closed === 1'), { timeout: 5_000 })
  await (await page()).reload()
  expect(await inPage('client.app.about().then(({ version }) => version)')).toBe('0.0.0-test')
})

test('the desktop part opens what may be opened, and says what may not', async () => {
  shell.opened.length = 0
  await inPage(`client.desktop.openExternal({ url: 'https://example.org/a b' }).catch(() => {})`)
  await inPage(`client.desktop.openExternal({ url: 'https://example.org/ok' })`)
  const refused = await inPage(
    `Promise.all(['file:///etc/passwd', 'http://127.0.0.1:3000/', 'x'.repeat(5000)].map((url) =>
      client.desktop.openExternal({ url }).then(() => 'opened', ({ data }) => data.code)))`,
  )
  expect(refused).toEqual(['address-refused', 'address-refused', 'request-invalid'])
  expect(shell.opened).toEqual(['https://example.org/ok'])
})

test('a folder is chosen by the person, or none', async () => {
  dialog.folder = undefined
  expect(await inPage('client.desktop.chooseFolder()')).toBeNull()
  dialog.folder = '/home/ada/shop'
  expect(await inPage('client.desktop.chooseFolder()')).toBe('/home/ada/shop')
})

test('a second start brings the window to the front, and hands its link over', async () => {
  const { done } = shellUnderTest.window()
  done.length = 0
  const link = inPage(
    `(async () => { for await (const link of await client.desktop.links()) return link })()`,
  )
  app.emit('second-instance', {}, [
    'pristine',
    '--flag',
    'pristine://open?source=https://example.org/shop.git&ref=main',
  ])
  expect(await link).toEqual({ source: 'https://example.org/shop.git', ref: 'main' })
  expect(done).toEqual(['show', 'focus'])
})

test('a link of the system waits for the window; a hostile one is ignored', async () => {
  // What the page said before, that it watches no more, has arrived when this is answered.
  await inPage('client.app.about()')
  const open = (address: string) => app.emit('open-url', { preventDefault: () => {} }, address)
  open('pristine://open?source=git@example.org:ada/shop.git')
  open('pristine://open?source=ext::sh%20-c%20id')
  expect(
    await inPage(`(async () => { for await (const link of await client.desktop.links()) return link })()`),
  ).toEqual({ source: 'git@example.org:ada/shop.git', ref: null })
})
