import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openDesk, story } from './desk.ts'
import { environmentOn, lockfile } from './environment-project.ts'
import { webProject } from './web-project.ts'

/** Chooses a command by its whole name, beside which its keys may stand. */
async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Search commands/ }).fill(name)
  await page
    .getByRole('dialog')
    .getByRole('button')
    .filter({ has: page.getByText(name, { exact: true }) })
    .first()
    .click()
}

/** What is offered for a text. */
async function offered(page: Page, text: string): Promise<string[]> {
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: /Search commands/ }).fill(text)
  await page.getByRole('dialog').getByRole('button').or(page.getByText('Nothing found')).first().waitFor()
  const found = await page.getByRole('dialog').getByRole('button').allInnerTexts()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  return found
}

story('the command palette does what the screens do: mark, pins, verify, restart, remove', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story-palette')
  await project.up()
  await project.up(lockfile('5.1.0'))
  const page = await desk.open()
  await page.getByText('Ready · v2 ★').first().waitFor()
  // Where it is known-good by itself, it can be held, and there is nothing to unmark.
  expect(await offered(page, 'known-good')).toEqual([
    expect.stringContaining('Mark v2 of story-palette as known-good'),
  ])
  await project.show(page, 'versions')
  await page.getByRole('button', { name: 'More for v1' }).click()
  await page.getByRole('menuitem', { name: 'Mark as known-good' }).click()
  await page
    .getByText(/Ready · v2$/)
    .first()
    .waitFor()
  await command(page, 'Unmark v1 of story-palette as known-good')
  await page.getByText('Ready · v2 ★').first().waitFor()

  await command(page, 'Check story-palette for newer pins')
  await page.getByText('Every pin is up to date.').waitFor()
  await command(page, 'Update the lock of story-palette…')
  const lock = page.getByRole('dialog', { name: /^Update .*pristine\.lock\?$/ })
  await lock.getByText('Every pin is up to date.').waitFor()
  await page.keyboard.press('Escape')
  await lock.waitFor({ state: 'detached' })
  await command(page, 'Verify story-palette')
  await page.getByText('story-palette matches its folder: v2, and the lock is complete').waitFor()
  expect(await offered(page, 'Reset story-palette')).toContain('Reset story-palette…')
  await command(page, 'Go to Environments')
  await command(page, 'Restart story-palette')
  await page.getByRole('button', { name: 'Notices, 1 new' }).click()
  await page.getByText('story-palette was restarted').waitFor()
  await page.keyboard.press('Escape')
  await command(page, 'Remove the environment of story-palette…')
  const dialog = page.getByRole('dialog', { name: 'Remove the environment of story-palette?' })
  await dialog.getByRole('button', { name: 'Remove environment' }).click()
  await page.getByText('The environment of story-palette was removed').waitFor()
  await command(page, 'Verify story-palette')
  await page.getByText('The image was built from it. No environment runs.').waitFor()
  await command(page, 'Diagnose the container engine')
  await page.getByRole('heading', { name: 'Places that were checked' }).waitFor()

  // No row needs a path, until two environments have one name.
  expect((await offered(page, 'Show story-palette')).join()).not.toContain(desk.root)
  const second = await desk.project('elsewhere/story-palette', webProject('story-palette-second'))
  await command(page, 'Open or clone…')
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(second)
  await page.keyboard.press('Enter')
  await page.getByText('Not built yet').first().waitFor()
  const rows = await offered(page, 'Show story-palette')
  expect(rows.filter((row) => row.includes(second))).toHaveLength(1)
  expect(rows.filter((row) => row.includes(project.folder))).toHaveLength(1)

  expect(desk.complaints).toEqual([])
})
