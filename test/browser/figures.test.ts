import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { halves, notInSamples } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { firstScreen } from './figures/first-screen.ts'
import { manyEnvironments, manyVersions } from './figures/long-lists.ts'
import { longLog } from './figures/long-log.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

story('the first screen loads at most 220 KB of JavaScript, compressed', async () => {
  await using desk = await openDesk()
  const bytes = await firstScreen(desk)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(220_000)
})

storyEven(
  '1,000 environments: few are on the page, also after scrolling, and a search finds one',
  async () => {
    await using desk = await openDesk({ start: false })
    const page = await manyEnvironments(desk, 1_000)
    expect(await mostShown(page)).toBeLessThan(40)
    await page.getByRole('searchbox').fill('project-0777')
    await page.getByRole('article', { name: 'project-0777' }).waitFor()
    expect(await page.getByRole('article').count()).toBe(1)
  },
)

storyOdd('10,000 versions: few are on the page, also after scrolling', async () => {
  await using desk = await openDesk()
  const page = await manyVersions(desk)
  expect(await mostShown(page)).toBeLessThan(60)
})

notInSamples(story)(
  'a log of 1,000,000 lines keeps the page below 200 MB',
  async () => {
    await using desk = await openDesk()
    expect((await longLog(desk)).bytes).toBeLessThan(200e6)
  },
  400_000,
)

/** How many articles are on the page at most while its content is scrolled to the end; the time it takes is the benchmark's. */
function mostShown(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const content = document.getElementById('content')
    if (!content) throw new Error('The page has no content.')
    let most = 0
    for (let step = 0; step <= 20; step++) {
      content.scrollTop = (content.scrollHeight * step) / 20
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      most = Math.max(most, document.querySelectorAll('article').length)
    }
    return most
  })
}
