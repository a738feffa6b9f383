import { createHash } from 'node:crypto'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { startEngineProxy } from '../rig/engine-proxy.ts'
import { halves } from '../sample.ts'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

storyEven('the server goes and comes back: the page says so, keeps what it knew, and goes on', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('lasting', webProject('server restarts'))
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'lasting' }).waitFor()
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('article', { name: 'lasting' }).waitFor()

  await desk.stopServer('SIGKILL')
  await page.getByText('Pristine does not answer.').waitFor()
  const row = page.getByRole('article', { name: 'lasting' })
  await row.getByText('Last known: Not built yet').waitFor()
  expect(await page.getByText(/This page shows the state of/).count()).toBe(1)
  expect(await page.getByRole('button', { name: 'Start lasting' }).isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Open or clone…' }).isDisabled()).toBe(true)

  // The new server has a new token, which the old window does not know until its address is opened in another one.
  await desk.startServer()
  const banner = page.getByRole('alert')
  await banner.getByText('This address is no longer valid').waitFor()
  await banner.getByText(/Open the address that it printed/).waitFor()
  await row.getByText('Last known: Not built yet').waitFor()
  // One truth, on the Overview, too.
  await row.getByRole('link', { name: 'lasting' }).click()
  await page.getByRole('heading', { level: 1, name: 'lasting' }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(1)
  expect(await page.getByText(/does not answer|by itself|was lost/).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true)
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Environments' }).first().click()
  const other = await desk.open()
  await other.getByRole('article', { name: 'lasting' }).waitFor()
  await page.getByText(/Docker .* · local/).waitFor()
  await page.getByText('This address is no longer valid').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Start lasting' }).click()
  await other
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  expect(desk.complaints).toEqual([])
})

storyEven('a server that is there again with the same token is all that it takes', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('same', webProject('same token'))
  const page = await desk.open()
  let up = true
  const sockets = new Set<{ close(): Promise<void> }>()
  await page.routeWebSocket(/\/engine$/, (socket) => {
    if (!up) return void socket.close()
    socket.connectToServer()
    sockets.add(socket)
  })
  await page.reload()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  const start = page.getByRole('button', { name: 'Start', exact: true })
  await start.waitFor()
  up = false
  await Promise.all([...sockets].map((socket) => socket.close()))
  await page.getByText('Pristine does not answer.').waitFor()
  expect(await start.isDisabled()).toBe(true)
  await page.getByText('Last known: Not built yet').waitFor()
  up = true
  await page.getByText('Pristine does not answer.').waitFor({ state: 'detached' })
  await page.getByText(/^.?Not built yet$/).waitFor()
  await start.click()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  expect(desk.complaints).toEqual([])
})

storyOdd('a dialog and a running build stand still while Pristine does not answer', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('still', webProject('stands still', 'RUN echo begun; sleep 300'))
  const page = await desk.open()
  let up = true
  const sockets = new Set<{ close(): Promise<void> }>()
  await page.routeWebSocket(/\/engine$/, (socket) => {
    if (!up) return void socket.close()
    socket.connectToServer()
    sockets.add(socket)
  })
  await page.reload()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('button', { name: 'View build' }).click()
  await page.getByText('begun', { exact: true }).waitFor()
  const time = page.getByText(/^for /).first()
  const told = () => time.textContent()
  const first = await told()
  await expect.poll(told).not.toBe(first)

  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Search commands/ }).fill('Open or clone')
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open or clone' })
  await dialog.getByRole('textbox').fill('/typed/before')
  const submit = dialog.getByRole('button', { name: 'Continue' })
  expect(await submit.isDisabled()).toBe(false)
  up = false
  await Promise.all([...sockets].map((socket) => socket.close()))
  await dialog.getByText('Nothing can be done here until it is back.').waitFor()
  expect(await submit.isDisabled()).toBe(true)
  expect(await dialog.getByRole('textbox').isDisabled()).toBe(true)
  expect(await violations(page)).toEqual([])
  const still = await told()
  // Two ticks of the clock that must not come.
  await page.waitForTimeout(2500)
  expect(await told()).toBe(still)

  up = true
  await dialog.getByText('Nothing can be done here').waitFor({ state: 'detached' })
  expect(await submit.isDisabled()).toBe(false)
  expect(await dialog.getByRole('textbox').inputValue()).toBe('/typed/before')
  await expect.poll(told).not.toBe(still)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
  expect(desk.complaints).toEqual([])
})

storyEven('while Pristine does not answer every screen says so, also one that was never opened', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('offline', webProject('offline'))
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'offline' }).waitFor()
  const project = new URL(page.url()).hash.replace(/\/[a-z]+$/, '')
  await desk.stopServer('SIGKILL')
  const tabs = [
    'overview',
    'runs',
    'versions',
    'drift',
    'files',
    'logs',
    'terminal',
    'definition',
    'compare-v1-v2',
  ]
  const screens = ['#/', '#/activity', '#/cleanup', '#/engine', '#/settings']
  for (const route of [...tabs.map((tab) => `${project}/${tab}`), ...screens]) {
    await page.evaluate((hash) => location.assign(hash), route)
    await page.getByRole('main').getByText('Pristine does not answer.').first().waitFor()
    expect(await page.getByText('Something went wrong').count(), route).toBe(0)
    expect(await page.getByRole('alert').count(), route).toBe(1)
    expect(await page.getByText(/connection .* was lost/i).count(), route).toBe(0)
  }
  await desk.startServer()
  await page.getByText('This address is no longer valid').waitFor()
  await desk.open()
  await page.getByRole('heading', { name: 'Diagnostics' }).waitFor()
  await page.evaluate((hash) => location.assign(hash), `${project}/definition`)
  await page.getByRole('heading', { name: 'Dockerfile' }).waitFor()
  expect(desk.complaints).toEqual([])
})

storyOdd('the engine goes and comes back: No engine says what to do and goes on by itself', async () => {
  const target = process.env['DOCKER_HOST'] ?? ''
  await using proxy = await startEngineProxy({ target })
  await using desk = await openDesk({ env: { DOCKER_HOST: '' }, start: false })
  const socket = path.join(desk.root, 'engine.sock')
  desk.env['DOCKER_HOST'] = `unix://${socket}`
  await symlink(proxy.address.slice('unix://'.length), socket)
  await desk.startServer()
  const folder = await desk.project('steady', webProject('engine restarts'))
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'Environments' }).first().click()

  await rm(socket)
  await proxy.close()
  const row = page.getByRole('article', { name: 'steady' })
  await row.getByText('Engine not running').waitFor()
  await page.getByRole('button', { name: 'Start engine', exact: true }).click()
  await page.getByRole('heading', { name: 'No container engine answers' }).waitFor()
  await page.getByText(`unix://${socket}`).first().waitFor()
  await page.getByText('unset DOCKER_HOST').waitFor()

  await using again = await startEngineProxy({ target })
  await symlink(again.address.slice('unix://'.length), socket)
  await row.getByText(/Ready · v1/).waitFor()
  expect(desk.complaints).toEqual([])
})

story('a page whose styles the browser gave up loading gets them all the same', async () => {
  await using desk = await openDesk()
  const page = await desk.open()
  let broken = 0
  await page.route('**/*.css', (route) =>
    broken++ < 2 ? route.abort('connectionaborted') : route.continue(),
  )
  await page.reload()
  const width = () => page.locator('.rail').evaluate((element) => element.clientWidth)
  await expect.poll(width).toBeLessThan(200)
  expect(broken).toBe(3)
  expect(desk.complaints).toEqual([])
})

storyOdd('No engine: another one is chosen with a click, and remembered', async () => {
  const target = process.env['DOCKER_HOST'] ?? ''
  await using desk = await openDesk({ env: { DOCKER_HOST: 'unix:///run/there-is-no-engine.sock' } })
  const id = createHash('sha256').update('second').digest('hex')
  const meta = path.join(desk.root, '.docker/contexts/meta', id)
  await mkdir(meta, { recursive: true })
  const context = { Name: 'second', Endpoints: { docker: { Host: target } } }
  await writeFile(path.join(meta, 'meta.json'), JSON.stringify(context))
  const page = await desk.open('#/engine')
  await page.getByText('nothing answers · named by DOCKER_HOST').waitFor()
  await page.getByText(/^Docker \S+ · Docker context second$/).waitFor()
  // The remedy; the list below has the same button.
  await page
    .getByRole('button', { name: `Use the engine at ${target}` })
    .first()
    .click()
  await page.getByRole('heading', { name: /Open a project/ }).waitFor()
  await page.getByText(/Docker .* · local/).waitFor()
  await desk.stopServer()
  await desk.startServer()
  const other = await desk.open('#/engine')
  await other.getByText('In use').waitFor()
  await other.getByRole('button', { name: 'Look for an engine again' }).click()
  await other.getByRole('heading', { name: 'No container engine answers' }).waitFor()
  expect(desk.complaints).toEqual([])
})
