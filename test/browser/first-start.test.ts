import { expect } from 'vitest'
import { halves } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [storyEven] = halves(story)

story('from an empty Home to Ready: paste a folder, Open, Start', async () => {
  await using desk = await openDesk()
  const folder = await desk.project('first', webProject('first start'))
  const page = await desk.open()
  await page.getByRole('heading', { name: 'Open a project to get an environment' }).waitFor()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('heading', { name: 'first', level: 1 }).waitFor()
  expect(await page.title()).toBe('first · Pristine')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  const live = page.getByRole('region', { name: 'Current work' })
  await live.getByRole('button', { name: 'Open a terminal' }).waitFor()
  expect(await live.locator('.swap-to').textContent()).toBe('v1 runs')
  await page.getByRole('link', { name: 'Environments' }).first().click()
  const row = page.getByRole('article', { name: 'first' })
  await row.getByText(/Ready · v1/).waitFor()
  await row.getByRole('button', { name: 'Open first' }).waitFor()
  expect(await row.getByText(/^:\d+$/).textContent()).toMatch(/^:\d+$/)
  expect(desk.complaints).toEqual([])
})

story('what cannot be opened says why and what to do, and the field keeps what was typed', async () => {
  await using desk = await openDesk()
  const page = await desk.open()
  const field = page.getByRole('textbox', { name: 'Folder or git URL' })
  await field.fill('http://example.com/team/shop.git')
  await page.keyboard.press('Enter')
  await page.getByText(/is not cloned.*use https/).waitFor()
  await field.fill('/no/such/folder')
  await page.keyboard.press('Enter')
  await page.getByText(/There is no folder \/no\/such\/folder/).waitFor()
  expect(await field.inputValue()).toBe('/no/such/folder')
})

storyEven('two windows see the same operation, whichever began it', async () => {
  await using desk = await openDesk()
  // It lasts until it is cancelled, however slow the windows are.
  const folder = await desk.project('both', webProject('two windows', 'RUN sleep 300'))
  const [one, other] = [await desk.open(), await desk.open()]
  await one.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await one.keyboard.press('Enter')
  const row = other.getByRole('article', { name: 'both' })
  await row.getByText('Not built yet').waitFor()
  await one.getByRole('button', { name: 'Start', exact: true }).click()
  await row.getByText(/^Building/).waitFor()
  await row.getByRole('button', { name: 'View build' }).click()
  await other
    .getByText(/RUN sleep 300/)
    .first()
    .waitFor()
  await other.getByRole('button', { name: 'Cancel' }).click()
  await one.getByText('Not built yet').first().waitFor()
  await desk.project('both', webProject('two windows'))
  await one.getByRole('button', { name: 'Start', exact: true }).click()
  await one
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  await other.getByRole('link', { name: 'Activity' }).first().click()
  await other.getByRole('region', { name: 'both' }).getByRole('link', { name: 'Bring up' }).first().waitFor()
  await other.getByText('Done').first().waitFor()
  await other.getByText('Cancelled').first().waitFor()
  expect(desk.complaints).toEqual([])
})
