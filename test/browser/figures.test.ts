import { expect } from 'vitest'
import { openDesk, story } from './desk.ts'
import { firstScreen } from './figures/first-screen.ts'
import { manyEnvironments, manyVersions } from './figures/long-lists.ts'
import { longLog } from './figures/long-log.ts'
import { scrolled } from './figures/scrolled.ts'

story('the first screen loads at most 300 KB of JavaScript, compressed', async () => {
  await using desk = await openDesk()
  const bytes = await firstScreen(desk)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(300_000)
})

story('1,000 environments: few are on the page, and it scrolls without a task over 50 ms', async () => {
  await using desk = await openDesk({ start: false })
  const page = await manyEnvironments(desk, 1_000)
  expect(await scrolled(page)).toBeLessThanOrEqual(50)
  expect(await page.getByRole('article').count()).toBeLessThan(40)
  await page.getByRole('searchbox').fill('project-0777')
  await page.getByRole('article', { name: 'project-0777' }).waitFor()
  expect(await page.getByRole('article').count()).toBe(1)
})

story('10,000 versions: few are on the page, and it scrolls without a task over 50 ms', async () => {
  await using desk = await openDesk()
  const page = await manyVersions(desk)
  expect(await scrolled(page)).toBeLessThanOrEqual(50)
  expect(await page.getByRole('article').count()).toBeLessThan(60)
})

story(
  'a log of 1,000,000 lines keeps the page below 200 MB',
  async () => {
    await using desk = await openDesk()
    expect(await longLog(desk)).toBeLessThan(200e6)
  },
  400_000,
)
