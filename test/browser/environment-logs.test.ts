import { expect } from 'vitest'
import { openDesk, story } from './desk.ts'
import { environmentOn, printing } from './environment-project.ts'

story('a log of 100,000 lines is read, searched and followed', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story log', printing('story log', 100_000))
  await project.up()
  const page = await desk.open()
  await project.show(page, 'logs')
  // It opens at its end, and older lines come when they are scrolled to.
  await page.getByText('1,000 lines').waitFor({ timeout: 60_000 })
  const log = page.getByRole('region', { name: 'Log lines' })
  await log.getByText(/^line 99999 of/).waitFor()
  await log.focus()
  await page.keyboard.press('Home')
  await page.getByText('10,000 lines').waitFor()
  expect(await log.locator('.log-line').count()).toBeLessThan(120)

  const search = page.getByRole('textbox', { name: 'Search the log' })
  await search.fill('LINE 5000')
  await page.getByText('100,000 lines').waitFor({ timeout: 60_000 })
  await page.getByText('11 lines', { exact: true }).waitFor()
  await search.press('Enter')
  await page.getByText('1 of 11').waitFor()
  await log.getByText(/^line 5000 of/).waitFor()
  await search.press('Shift+Enter')
  await page.getByText('11 of 11').waitFor()
  await log.getByText(/^line 50009 of/).waitFor()
  expect(await page.getByRole('checkbox', { name: 'Follow' }).isChecked()).toBe(false)

  expect(await log.locator('.log-time').count()).toBe(0)
  await page.getByRole('checkbox', { name: 'Times' }).check()
  expect(await log.locator('.log-time').first().textContent()).toMatch(/^\d\d:\d\d:\d\d$/)
  await page.getByRole('combobox', { name: 'Level' }).selectOption('Errors')
  await page.getByText('No line of this level.').waitFor()
  await page.getByRole('combobox', { name: 'Level' }).selectOption('All levels')
  await page.getByRole('checkbox', { name: 'Times' }).uncheck()

  await page.getByRole('checkbox', { name: 'Wrap' }).check()
  await page.getByRole('checkbox', { name: 'Follow' }).check()
  await log.getByText(/^line 99999 of/).waitFor()
  await log.hover()
  await page.mouse.wheel(0, -2000)
  await page.getByRole('checkbox', { name: 'Follow', checked: false }).waitFor()
  expect(desk.complaints).toEqual([])
})
