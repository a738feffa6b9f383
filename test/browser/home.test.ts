import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { manyEnvironments } from './figures/long-lists.ts'
import { focusedName } from './keyboard.ts'
import { webProject } from './web-project.ts'

const selected = (page: Page) => page.locator('.environment[data-selected]').getAttribute('aria-label')
const filled = (page: Page) => page.getByRole('main').locator('[data-variant=filled]').allInnerTexts()

story(
  'the list by keyboard: arrows select one row, whose button alone is filled, and Enter opens it',
  async () => {
    await using desk = await openDesk({ start: false })
    const page = await manyEnvironments(desk, 40)
    await page.keyboard.press('/')
    expect(await focusedName(page)).toBe('Search environments')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.activeElement?.textContent === 'project-0001')
    expect(await selected(page)).toBe('project-0001')
    expect(await filled(page)).toEqual(['Start'])
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.activeElement?.textContent === 'project-0039')
    await page.keyboard.press('Home')
    await page.waitForFunction(() => document.activeElement?.textContent === 'project-0000')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'project-0000', level: 1 }).waitFor()
    expect(desk.complaints).toEqual([])
  },
)

story(
  'in a wide window a click shows details beside the list, and a second one opens the environment',
  async () => {
    await using desk = await openDesk({ start: false, size: { width: 1600, height: 1000 } })
    const page = await manyEnvironments(desk, 3)
    const row = page.getByRole('article', { name: 'project-0002' })
    const details = page.getByRole('complementary', { name: 'Details of project-0002' })
    await row.getByRole('link', { name: 'project-0002' }).click()
    await details.getByRole('link', { name: 'Definition and lock' }).waitFor()
    expect(await violations(page)).toEqual([])
    await row.getByRole('link', { name: 'project-0002' }).click()
    await page.getByRole('heading', { name: 'project-0002', level: 1 }).waitFor()
    expect(desk.complaints).toEqual([])
  },
)

story('nothing in a row lies over anything else, from 640 to 1280 pixels', async () => {
  await using desk = await openDesk({ start: false })
  const name = 'a-project-whose-name-is-longer-than-any-row-has-room-for-and-still-goes-on'
  await desk.project(name, webProject('long'))
  const page = await manyEnvironments(desk, 2)
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(`${desk.root}/${name}`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.goBack()
  for (const width of [640, 700, 800, 980, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    const collisions = await page.getByRole('article', { name }).evaluate((row) => {
      const boxes = [...row.children]
        .map((cell) => cell.getBoundingClientRect())
        .filter((box) => box.width > 0)
      const { left, right } = row.getBoundingClientRect()
      const outside = boxes.some((box) => box.left < left || box.right > right)
      return outside || boxes.some((box, at) => at > 0 && box.left < (boxes[at - 1]?.right ?? 0))
    })
    expect(collisions, `${width}`).toBe(false)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  }
})

story('what goes well in the background is counted in the tray; what fails lies over the page', async () => {
  await using desk = await openDesk({ start: false })
  await desk.project('broken', webProject('tray broken', 'RUN exit 3'))
  await desk.project('plain', webProject('tray plain'))
  await desk.startServer()
  const page = await desk.open()
  const add = async (name: string) => {
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(`${desk.root}/${name}`)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Environments' }).first().click()
  }
  await add('plain')
  await page.getByRole('button', { name: 'Open or clone…' }).click()
  await add('broken')
  const popUps = page.getByRole('region', { name: 'Messages' }).getByRole('group')
  await page.getByRole('button', { name: 'Start plain' }).click()
  await page.getByRole('button', { name: 'Notices, 1 new' }).waitFor()
  expect(await popUps.count()).toBe(0)
  await page.getByRole('button', { name: 'Start broken' }).click()
  await popUps.getByText(/^broken: /).waitFor()
  await page.getByRole('button', { name: 'Failing 1' }).click()
  expect(await page.getByRole('article').count()).toBe(1)
  await page.getByRole('button', { name: 'Notices, 2 new' }).click()
  await page.getByText('plain is running').waitFor()
  await page.getByRole('button', { name: 'Notices', exact: true }).waitFor()
  expect(await violations(page)).toEqual([])
})
