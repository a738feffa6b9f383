import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { ACCEPT, difference, TOLERANCE } from './compare-picture.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn, lockfile } from './environment-project.ts'
import { manyEnvironments } from './figures/long-lists.ts'
import { webProject } from './web-project.ts'

/**
 * The main screens look as in the accepted pictures. After a change that is wanted, look at the new ones, which
 * `PRISTINE_ACCEPT_PICTURES=1 npm run test:browser -- test/browser/pictures.test.ts` writes.
 */
const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 700, height: 900 }

/** What differs of a screen, wide and light, and narrow and dark: nothing, best. */
async function different(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const [size, colorScheme] of [
    [WIDE, 'light'],
    [NARROW, 'dark'],
  ] as const) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    const part = await difference(page, `${name}-${colorScheme}`)
    if (part > TOLERANCE) found.push(`${name}-${colorScheme}: ${(part * 100).toFixed(2)} %`)
  }
  await page.setViewportSize(WIDE)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  return found
}

story('an empty Home, the settings and the keyboard map look as they did', async () => {
  await using desk = await openDesk()
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).waitFor()
  const found = await different(page, 'home-empty')
  await page.addStyleTag({ content: '[data-variant=filled] { background: #c92a2a !important }' })
  // A button of another colour is more than the tolerance.
  if (!ACCEPT) expect(await different(page, 'home-empty')).toHaveLength(2)
  await page.goto(`${new URL(desk.address).origin}/#/settings`)
  await page.getByText('Diagnostics').first().waitFor()
  found.push(...(await different(page, 'settings')))
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  found.push(...(await different(page, 'keyboard')))
  expect(found).toEqual([])
})

story('Home with several environments looks as it did', async () => {
  await using desk = await openDesk({ start: false })
  const page = await manyEnvironments(desk, 8)
  expect(await different(page, 'home')).toEqual([])
})

story('an environment with two versions looks as it did', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'shop', { ...webProject('shop'), ...lockfile('5.0.0') })
  await project.up()
  await project.up(lockfile('5.2.1'))
  const page = await desk.open()
  const found: string[] = []
  for (const [tab, text] of [
    ['overview', /The image’s own program runs/],
    ['versions', '2 versions'],
    ['definition', 'busybox:1.36'],
  ] as const) {
    await project.show(page, tab)
    await page.getByRole('main').getByText(text).first().waitFor()
    found.push(...(await different(page, tab)))
  }
  expect(found).toEqual([])
})
