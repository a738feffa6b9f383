import { expect } from 'vitest'
import { halves } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn, lockfile } from './environment-project.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

story(
  'a reset takes two clicks, says what is lost, and one click once it is not to be asked again',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story reset')
    await project.up()
    await project.up(lockfile('5.1.0'))
    await project.exec('echo mess > /etc/mess')
    const page = await desk.open()
    await project.show(page, 'versions')

    // Known-good goes back to v1, so that the header's reset leads there.
    await page.getByRole('button', { name: 'More for v1' }).click()
    await page.getByRole('menuitem', { name: 'Mark as known-good' }).click()
    const first = page.getByRole('article', { name: 'v1' })
    await first.getByText('known-good, marked').waitFor()

    await page.getByRole('button', { name: 'Reset…', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Take story-reset back to v1?').waitFor()
    await dialog.getByText('the container, and with it 1 file changed inside it').waitFor()
    await dialog.getByText('your source folder').waitFor()
    expect(
      await dialog.getByRole('button', { name: 'Cancel' }).evaluate((it) => it === document.activeElement),
    ).toBe(true)
    await dialog.getByRole('checkbox', { name: 'Do not ask again for this environment' }).check()
    // A shortcut does not take the dialog's place.
    await page.keyboard.press('Control+o')
    await dialog.getByRole('button', { name: 'Cancel' }).focus()
    await page.keyboard.press('?')
    await page.keyboard.press('Control+o')
    expect(await page.getByRole('dialog').count()).toBe(1)
    await dialog.getByRole('button', { name: 'Back to v1' }).click()
    await page.getByText(/^Reset to v1 in \d/).waitFor()
    await page.getByText('Ready · v1 ★').first().waitFor()
    await first.getByText('running').waitFor()
    await page.getByText(/Drifted/).waitFor({ state: 'detached' })

    await project.exec('echo mess > /etc/mess')
    await page.getByRole('button', { name: 'Reset', exact: true }).click()
    const isClean = () => project.exec('test ! -e /etc/mess').catch(() => undefined)
    await expect.poll(isClean, { timeout: 60_000 }).toBe(0)
    await page.getByText(/^Reset to v1 in \d/).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)

    // No "…" where a reset begins at once.
    await page.getByRole('link', { name: 'Environments' }).first().click()
    await page.getByRole('button', { name: 'More for story-reset' }).click()
    await page.getByRole('menuitem', { name: 'Reset', exact: true }).waitFor()
    expect(desk.complaints).toEqual([])
  },
)

storyEven(
  'from known-good v2 back to v1 takes two clicks, and the page says that v1 was chosen',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story back')
    await project.up()
    const page = await desk.open()
    await project.show(page, 'overview')
    await page.getByText('Ready · v1 ★').first().waitFor()
    await project.up(lockfile('5.1.0'))
    await page.getByText('Ready · v2 ★').first().waitFor()

    await page.getByRole('button', { name: 'Reset…', exact: true }).click()
    const dialog = page.getByRole('dialog')
    // The new version is less than a day old.
    await dialog.getByText('Take story-back back to v1?').waitFor()
    await dialog.getByText('v2 is less than a day old.').waitFor()
    await dialog.getByRole('button', { name: 'Reset to v2 instead' }).waitFor()
    await dialog.getByRole('button', { name: 'Back to v1' }).click()
    await page.getByText(/^Reset to v1 in \d/).waitFor()
    await page
      .getByText(/Ready · v1$/)
      .first()
      .waitFor()
    const badge = page.getByRole('link', { name: 'Chosen · definition wants v2' })
    await badge.waitFor()
    await page.getByRole('heading', { name: 'The definition wants v2' }).waitFor()
    await page.getByRole('link', { name: 'Environments' }).first().click()
    await badge.click()
    await page.getByRole('button', { name: 'Update now' }).click()
    await page.getByText('Ready · v2 ★').first().waitFor()
    await badge.waitFor({ state: 'detached' })
    expect(desk.complaints).toEqual([])
  },
)

storyOdd('Enter on the opened dialog cancels, and nothing is replaced', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story reset cancelled')
  await project.up()
  const page = await desk.open()
  await project.show(page, 'overview')
  const container = await page.locator('.services code').first().textContent()
  await page.getByRole('button', { name: 'Reset…', exact: true }).click()
  await page.getByRole('dialog').getByText('nothing was changed inside it').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.locator('.services code').first().textContent()).toBe(container)
})
