import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import '../rig/chosen-engine.ts'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { rememberProject } from '../../main/store/project-records.ts'
import { buildPrograms } from '../built.ts'
import { startGitServer } from '../rig/git-server.ts'
import { DESK_FOLDER, replaceTexts } from './compare-picture.ts'
import { type Desk, openDesk } from './desk.ts'
import setup from './global-setup.ts'
import { changeScene, newcomer, setScene, unstarted } from './scene.ts'

/** Every screen of a realistic desk, light and dark, in several sizes, in dist/screenshots: `npm run screenshots`. */
const FOLDER = path.join(import.meta.dirname, '../../dist/screenshots')
const SIZES = {
  wide: { width: 1280, height: 800 },
  large: { width: 1600, height: 1000 },
  narrow: { width: 700, height: 900 },
  /** What a page of the wide size has room for at a zoom of 200 %. */
  zoomed: { width: 640, height: 400 },
}

let page: Page

/** Takes the page as it is in both themes and all sizes. */
async function shoot(name: string): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.mantine-Skeleton-root, [aria-busy=true]'))
  for (const [width, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
      await page.evaluate(() => document.fonts.ready.then(() => undefined))
      await replaceTexts(page, [DESK_FOLDER])
      await page.screenshot({ path: path.join(FOLDER, `${name}-${width}-${colorScheme}.png`) })
    }
  }
  await page.setViewportSize(SIZES.wide)
  process.stdout.write(`${name}\n`)
}

const at = async (route: string, text: string | RegExp) => {
  await page.goto(new URL(`/${route}`, page.url()).href)
  await page.getByRole('main').getByText(text).first().waitFor()
}

async function outer(desk: Desk): Promise<void> {
  await shoot('home-empty')
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill('http://example.com/shop.git')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await shoot('home-empty-error')
  await cloning()
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await desk.stopServer()
  const keys = await setScene(desk)
  await desk.startServer()
  await page.goto('about:blank')
  await page.goto(desk.address)
  await page.getByText('mobile-gateway').first().waitFor()
  await page
    .getByText(/Drifted/)
    .first()
    .waitFor()
  await changeScene(desk)
  await page
    .getByText(/Building · step/)
    .first()
    .waitFor()
  await page
    .getByText(/Build failed/)
    .first()
    .waitFor()
  await shoot('home-notice')
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Close' }).click()
  await shoot('home')
  await page.getByRole('button', { name: 'More for docs' }).click()
  await page.getByRole('menuitem', { name: 'Reset…' }).waitFor()
  await shoot('home-menu')
  await page.keyboard.press('Escape')
  await page.getByRole('searchbox').fill('shp')
  await shoot('home-search-none')
  await at('#/activity', 'Bring up')
  await shoot('activity')
  await at('#/cleanup', 'data-lab')
  await shoot('cleanup')
  await page.getByRole('checkbox', { name: /sessions/ }).check()
  await page.getByRole('button', { name: 'Remove…' }).click()
  await page.getByRole('dialog').waitFor()
  await shoot('cleanup-confirm')
  await page.keyboard.press('Escape')
  await at('#/settings', 'Diagnostics')
  await shoot('settings')
  await at('#/', 'shop')
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  await page.getByRole('dialog').waitFor()
  await shoot('open')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Search commands/ }).fill('shop')
  await shoot('palette')
  await page.keyboard.press('Escape')
  await environments(keys)
}

/** From a URL to what it asks for. */
async function cloning(): Promise<void> {
  await using server = await startGitServer()
  const lib = await server.repository('lib', { 'lib.txt': 'lib\n' })
  const stranger = {
    '.devcontainer/devcontainer.json': JSON.stringify({
      image: 'busybox:1.36',
      forwardPorts: [3000, 5432],
      initializeCommand: 'sh .devcontainer/prepare.sh && docker login registry.example.org',
      mounts: [
        'source=cache,target=/cache,type=volume',
        'source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind',
        'source=/usr/share/ca-certificates,target=/certificates,type=bind,readonly',
      ],
      runArgs: ['--cap-add=SYS_PTRACE'],
    }),
    '.devcontainer/prepare.sh': 'id\n',
    '.gitmodules': '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib.git\n',
    // Nothing that can be made small: half of it is to be on its way.
    ...Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`data/${at}`, randomBytes(20_000).toString('hex')]),
    ),
  }
  await server.repository('stranger', stranger, { submodules: { 'vendor/lib': lib } })
  await server.repository('plain', {
    '.devcontainer/devcontainer.json': JSON.stringify({ image: 'busybox:1.36', forwardPorts: [3000] }),
  })
  const field = page.getByRole('textbox', { name: 'Folder or git URL' })
  const clone = async (url: string) => {
    await field.fill(url)
    await field.press('Enter')
    await page.getByRole('dialog').waitFor()
  }
  await field.fill(`${server.origin}/slow/stranger.git#tax-2027`)
  await shoot('home-empty-url')
  await clone(`${server.origin}/slow/stranger.git`)
  await server.stalled
  await page.getByText('Receive objects', { exact: true }).first().waitFor()
  await shoot('clone')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { name: /Open a project/ }).waitFor()
  await clone(`${server.url('plain')}#mian`)
  await page.getByText(/Perhaps you mean/).waitFor()
  await shoot('clone-failed')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await clone(server.url('stranger'))
  await page.getByRole('dialog').getByText('docker login').waitFor()
  await shoot('trust-beyond')
  await page.keyboard.press('Escape')
  await page.getByText('This clone is not trusted yet').waitFor()
  await shoot('environment-untrusted')
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  await clone(server.url('plain'))
  await page.getByRole('dialog', { name: 'Trust plain?' }).getByText('busybox:1.36').waitFor()
  await shoot('trust')
  await page.keyboard.press('Escape')
}

async function environments(keys: Awaited<ReturnType<typeof setScene>>): Promise<void> {
  for (const tab of ['overview', 'runs', 'versions', 'drift', 'files', 'logs', 'terminal', 'definition']) {
    await at(`#/projects/${keys['shop']}/${tab}`, 'shop')
    await page.waitForLoadState('networkidle')
    await page.getByRole('main').locator('[aria-busy=true]').waitFor({ state: 'detached' })
    if (tab === 'overview') await page.getByRole('heading', { name: 'Disk' }).waitFor()
    if (tab === 'runs')
      await page.getByRole('region', { name: 'Processes' }).getByRole('cell').first().waitFor()
    if (tab === 'files') {
      await at(`#/projects/${keys['shop']}/drift`, 'note-1')
      await page.getByRole('link', { name: '/home/node/note-1' }).click()
      await page.getByRole('region', { name: '/home/node/note-1' }).waitFor()
    }
    if (tab === 'logs') await page.getByText('Loading…').waitFor({ state: 'detached' })
    await shoot(`environment-${tab}`)
  }
  await at(`#/projects/${keys['shop']}/compare-v1-v3`, 'Tools and packages')
  await page.getByRole('main').locator('.diff').first().waitFor()
  await shoot('environment-compare')
  await page.getByRole('button', { name: 'Reset…', exact: true }).click()
  await page.getByRole('dialog').getByText('changed inside it').waitFor()
  await shoot('environment-reset')
  await page.keyboard.press('Escape')
  await at(`#/projects/${keys['data-lab']}/data`, 'notebooks')
  await page.getByRole('button', { name: 'Take a snapshot…' }).waitFor()
  await shoot('environment-data')
  await at(`#/projects/${keys['shop']}/terminal`, 'shop')
  await page.getByRole('button', { name: 'Open terminal' }).click()
  await page
    .locator('.xterm-rows')
    .getByText(/[#$]\s*$/)
    .first()
    .waitFor()
  await page.keyboard.type('ls && head -5 package.json && node --version\n')
  await page
    .locator('.xterm-rows')
    .getByText(/^v24\./)
    .first()
    .waitFor()
  await shoot('environment-terminal-open')
  await at(`#/projects/${keys['search-api']}/overview`, 'search-api')
  await page.getByRole('button', { name: 'View error' }).click()
  await page.locator('b', { hasText: 'Dockerfile line' }).waitFor()
  await shoot('build-failed')
}

/** Names that are long, have no letters, or are written from right to left: alone, among eight and among fifty. */
async function names(): Promise<void> {
  const long = 'internationalisation-measurements-of-the-customer-service-platform-team-nightly'
  const others = [
    '🦊-fuchs-🚀',
    'מערכת-הזמנות',
    'خدمة الدفع',
    '決済サービス',
    'a',
    'Ünïcödé',
    'tabs and spaces',
  ]
  await using desk = await openDesk()
  page = await desk.open()
  const open = async (name: string) => {
    const folder = await desk.project(name, { ...unstarted, Dockerfile: 'FROM busybox:1.36\n' })
    const host = openHost(desk.env)
    await rememberProject(host, await openProject(folder))
  }
  await open(long)
  await page.getByRole('article', { name: long }).waitFor()
  await shoot('names-one')
  await page.getByRole('link', { name: long }).first().click()
  await page.getByRole('heading', { level: 1, name: long }).waitFor()
  await shoot('names-environment')
  await at('#/', long)
  for (const name of others) await open(name)
  await page.getByRole('article', { name: others.at(-1) ?? '' }).waitFor()
  await shoot('names-eight')
  for (const name of others.slice(0, 3)) {
    await page.getByRole('article', { name }).getByRole('link').first().click()
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await shoot(`names-environment-${others.indexOf(name) + 1}`)
    await at('#/', long)
  }
  for (let n = 0; n < 42; n++) await open(`service-${n}`)
  await page.getByRole('searchbox').fill('service-41')
  await page.getByRole('article', { name: 'service-41' }).waitFor()
  await page.getByRole('searchbox').fill('')
  await shoot('names-fifty')
}

await buildPrograms()
await using browser = new AsyncDisposableStack()
browser.defer((await setup()) ?? (async () => {}))
await rm(FOLDER, { recursive: true, force: true })
await mkdir(FOLDER, { recursive: true })
await using desk = await openDesk()
page = await desk.open()
await page.getByRole('heading', { name: /Open a project/ }).waitFor()
await outer(desk)
await desk.stopServer()
await page.getByText('Pristine does not answer.').first().waitFor()
await at('#/', 'Try now')
await shoot('offline')
{
  await using down = await openDesk({ env: { DOCKER_HOST: 'unix:///run/no-engine.sock' } })
  page = await down.open('#/engine')
  await page.getByRole('heading', { name: 'No container engine answers' }).waitFor()
  await shoot('engine')
}
{
  await using fresh = await openDesk()
  const folder = await fresh.project('code/newsletter', newcomer)
  page = await fresh.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByText('RUN npm ci').waitFor()
  await shoot('proposal')
  const waiting = await fresh.project('code/newsroom', unstarted)
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(waiting)
  await page.keyboard.press('Enter')
  await page.getByText('8080/tcp').waitFor()
  await shoot('environment-found')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('nothing listens yet').waitFor()
  await page.getByText('npm start').waitFor()
  await shoot('environment-program-start')
  await at('#/cleanup', 'Nothing to free')
  await shoot('cleanup-nothing')
}
await names()
if (desk.complaints.length > 0) throw new Error(desk.complaints.join('\n'))
