import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { openHost } from '../../main/host.ts'
import { openProject } from '../../main/project/open.ts'
import { rememberProject } from '../../main/project/record.ts'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { focusedName, tabTo } from './keyboard.ts'
import { webProject } from './web-project.ts'

story('axe finds nothing on any outer screen, empty, full or failing, light or dark', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('plain', webProject('axe'))
  const broken = await desk.project('broken', webProject('axe broken', 'RUN exit 3'))
  const page = await desk.open()
  const clean = async (what: string) => expect(await violations(page), what).toEqual([])
  await page.getByRole('heading', { name: /Open a project/ }).waitFor()
  await clean('empty Home')
  const field = page.getByRole('textbox', { name: 'Folder or git URL' })
  await field.fill('/no/such/folder')
  await page.keyboard.press('Enter')
  await page.getByText(/There is no folder/).waitFor()
  await clean('empty Home with an error')
  for (const name of ['Builds', 'Cleanup']) {
    await page.getByRole('link', { name }).first().click()
    await page.getByRole('heading', { name: /nothing|Nothing/ }).waitFor()
    await clean(`empty ${name}`)
  }
  await page.getByRole('link', { name: 'Environments' }).click()
  await field.fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  await page.getByRole('dialog').waitFor()
  await clean('Open or clone')
  await field.fill(broken)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page
    .getByText(/Build failed/)
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('article', { name: 'broken' }).getByText('Build failed').waitFor()
  await clean('Home')
  await page.getByRole('button', { name: 'More for plain' }).click()
  await page.getByRole('menuitem', { name: 'Stop' }).waitFor()
  await clean('the menu of a row')
  await page.getByRole('menuitem', { name: 'Remove from the list…' }).click()
  await page.getByRole('dialog').waitFor()
  await clean('Remove from the list')
  await page.keyboard.press('Escape')
  await page.getByRole('searchbox').fill('nothing like it')
  await page.getByRole('heading', { name: /No environment matches/ }).waitFor()
  await clean('Home, nothing found')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByText('Show plain').waitFor()
  await clean('the command palette')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Builds' }).first().click()
  await page.getByRole('link', { name: 'Bringing up broken' }).waitFor()
  await clean('Builds')
  await page.getByRole('link', { name: 'Cleanup' }).first().click()
  await page.getByRole('region', { name: 'plain' }).waitFor()
  await clean('Cleanup')
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await page.getByRole('heading', { name: 'Diagnostics' }).waitFor()
  await clean('Settings')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await clean('Keyboard shortcuts')
  await page.keyboard.press('Escape')
  await desk.stopServer()
  await page.getByText('Pristine does not answer.').first().waitFor()
  await clean('offline')
})

story('axe finds nothing on No engine', async () => {
  await using desk = await openDesk({ env: { DOCKER_HOST: 'unix:///run/there-is-no-engine.sock' } })
  const page = await desk.open('#/engine')
  await page.getByRole('heading', { name: 'No container engine answers' }).waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('region', { name: 'Engine not running' }).waitFor()
  expect(await violations(page)).toEqual([])
})

story('the main jobs by keyboard alone: open, start, go somewhere by command, search, stop', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('typed', webProject('keyboard'))
  const page = await desk.open()
  await page.getByRole('heading', { name: /Open a project/ }).waitFor()
  await page.keyboard.press('Tab')
  expect(await focusedName(page)).toBe('Skip to content')
  await tabTo(page, 'Folder or git URL')
  await page.keyboard.type(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'typed', level: 1 }).waitFor()
  await tabTo(page, 'Start')
  await page.keyboard.press('Enter')
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Search commands/ }).waitFor()
  await page.keyboard.type('go to env')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'typed' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('typ')
  expect(await focusedName(page)).toBe('Search environments')
  await tabTo(page, 'More for typed')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Stop' }).waitFor()
  for (let press = 0; press < 4 && (await focusedName(page)) !== 'Stop'; press++) {
    await page.keyboard.press('ArrowDown')
  }
  expect(await focusedName(page)).toBe('Stop')
  await page.keyboard.press('Enter')
  await page
    .getByText(/Stopped · v1/)
    .first()
    .waitFor()
  expect(desk.complaints).toEqual([])
})

story('Settings count at once and stay; the report names nobody', async () => {
  await using desk = await openDesk()
  const page = await desk.open('#/settings')
  await page.getByText('Dark', { exact: true }).click()
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await page.reload()
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await page.locator('pre', { hasText: 'Engine: Docker' }).waitFor()
  const report = await page.locator('pre').textContent()
  expect(report).not.toContain(desk.root)
  const address = page.getByRole('textbox', { name: 'Address of the engine' })
  await address.fill('unix:///run/there-is-no-engine.sock')
  await page.getByRole('button', { name: 'Use this engine' }).click()
  await page.getByText('Now: Engine not running').waitFor()
  await address.fill('')
  await page.getByRole('button', { name: 'Use this engine' }).click()
  await page.getByText(/Now: Docker/).waitFor()
})

story('the first screen loads at most 300 KB of JavaScript, compressed', async () => {
  await using desk = await openDesk()
  const page = await desk.open()
  await page.getByText(/Docker .* · local/).waitFor()
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((name) => name.endsWith('.js')),
  )
  let bytes = 0
  for (const name of new Set(scripts)) bytes += gzipSync(await readFile(`dist/renderer${name}`)).length
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(300_000)
})

story('a thousand environments: few are on the page, and scrolling does not block it', async () => {
  await using desk = await openDesk({ start: false })
  const host = openHost(desk.env)
  for (let at = 0; at < 1000; at++) {
    const folder = path.join(desk.root, `project-${String(at).padStart(4, '0')}`)
    await mkdir(folder)
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM busybox:1.36\n')
    await rememberProject(host, await openProject(folder))
  }
  await desk.startServer()
  const page = await desk.open()
  await page.getByRole('article', { name: 'project-0000' }).waitFor()
  // Counted is the processor time of the page's own thread: the machine does other work, too.
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000
  }
  const frames: number[] = []
  for (let frame = 0; frame < 60; frame++) {
    const before = await spent()
    await page.evaluate(async () => {
      document.getElementById('content')?.scrollBy(0, 300)
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    })
    frames.push((await spent()) - before)
  }
  expect(Math.max(...frames)).toBeLessThanOrEqual(50)
  expect(await page.getByRole('article').count()).toBeLessThan(40)
  await page.getByRole('searchbox').fill('project-0777')
  await page.getByRole('article', { name: 'project-0777' }).waitFor()
  expect(await page.getByRole('article').count()).toBe(1)
})
