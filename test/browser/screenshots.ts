import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { type Desk, openDesk } from './desk.ts'
import setup from './global-setup.ts'
import { changeScene, newcomer, setScene } from './scene.ts'

/** Every screen of a realistic desk, light and dark, wide and narrow, in dist/screenshots: `npm run screenshots`. */
const FOLDER = path.join(import.meta.dirname, '../../dist/screenshots')
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 700, height: 900 } }

let page: Page

/** Takes the page as it is in both themes and both widths. */
async function shoot(name: string): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.mantine-Skeleton-root, [aria-busy=true]'))
  for (const [width, size] of Object.entries(SIZES)) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
      await page.evaluate(() => document.fonts.ready.then(() => undefined))
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
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill('https://example.com/shop.git')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await shoot('home-empty-error')
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
  await shoot('home')
  await page.getByRole('button', { name: 'More for docs' }).click()
  await page.getByRole('menuitem', { name: 'Reset…' }).waitFor()
  await shoot('home-menu')
  await page.keyboard.press('Escape')
  await page.getByRole('searchbox').fill('shp')
  await shoot('home-search-none')
  await at('#/builds', /bringing up/i)
  await shoot('builds')
  await at('#/cleanup', 'data-lab')
  await shoot('cleanup')
  await page.getByRole('checkbox', { name: /notebooks/ }).check()
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

async function environments(keys: Awaited<ReturnType<typeof setScene>>): Promise<void> {
  for (const tab of ['overview', 'versions', 'drift', 'logs', 'terminal', 'definition']) {
    await at(`#/projects/${keys['shop']}/${tab}`, 'shop')
    await page.waitForLoadState('networkidle')
    await page.getByRole('main').locator('[aria-busy=true]').waitFor({ state: 'detached' })
    await shoot(`environment-${tab}`)
  }
  await at(`#/projects/${keys['shop']}/compare-v1-v3`, 'Tools and packages')
  await page.getByRole('main').locator('.diff').first().waitFor()
  await shoot('environment-compare')
  await page.getByRole('button', { name: 'Reset…', exact: true }).click()
  await page.getByRole('dialog').getByText('the container;').waitFor()
  await shoot('environment-reset')
  await page.keyboard.press('Escape')
  await at(`#/projects/${keys['shop']}/terminal`, 'shop')
  await page.getByRole('button', { name: 'Open terminal' }).click()
  await page
    .locator('.xterm-rows')
    .getByText(/[#$]\s*$/)
    .first()
    .waitFor()
  await shoot('environment-terminal-open')
  await at(`#/projects/${keys['search-api']}/overview`, 'search-api')
  await page.getByRole('button', { name: 'View error' }).click()
  await page.getByText('Dockerfile line').waitFor()
  await shoot('build-failed')
}

await setup()
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
}
if (desk.complaints.length > 0) throw new Error(desk.complaints.join('\n'))
