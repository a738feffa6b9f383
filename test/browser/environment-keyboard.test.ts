import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityLooks } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'
import { focusedName, tabTo } from './keyboard.ts'
import { webProject } from './web-project.ts'

const press = async (page: Page, name: string | RegExp) => {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
}

story(
  'a live build, drift, files, logs, cleanup and settings by keyboard, and axe finds nothing',
  async () => {
    await using desk = await openDesk()
    const mark = 'story keys'
    const project = await environmentOn(desk, mark)
    await project.up()
    const page = await desk.open()
    const { found, look } = accessibilityLooks(page)
    await project.show(page, 'overview')
    await page.getByText('Ready · v1 ★').first().waitFor()
    await desk.project('story-keys', webProject(mark, 'RUN sleep 15'))
    const work = page.getByRole('region', { name: 'Current work' })
    await work.getByText('is being built').waitFor()
    // Why there is a new version is said once, in the timeline.
    await page
      .getByText(/RUN sleep 15/)
      .first()
      .waitFor()
    expect(await work.getByText(/^\+/).count()).toBe(0)
    await look('live build')
    await press(page, 'All steps and output')
    await page.getByRole('heading', { level: 1, name: /Build|Start/ }).waitFor()
    await page.goBack()
    await page.getByText('Ready · v2 ★').first().waitFor()

    await project.exec('mkdir -p /etc/app && echo 1 > /etc/app/one.conf')
    await project.show(page, 'drift')
    await page.getByRole('link', { name: '/etc/app/one.conf' }).waitFor()
    await press(page, '/etc/app/one.conf')
    const item = (name: RegExp) => page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name })
    await item(/^one\.conf Added/).waitFor()
    await look('files')
    // A tab has the same name.
    do await tabTo(page, 'Files')
    while (!(await page.evaluate(() => document.activeElement?.role === 'tree')))
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await item(/^one\.conf/).waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowRight')
    await item(/^one\.conf/).waitFor()

    await project.show(page, 'logs')
    const stop = page.getByRole('button', { name: 'Stop', exact: true })
    expect(await stop.count()).toBe(0)
    await look('folded header')
    await press(page, 'Show the whole header')
    await stop.waitFor()
    expect(await focusedName(page)).toBe('Fold the header away')
    await page.keyboard.press('Enter')
    await stop.waitFor({ state: 'detached' })

    await press(page, 'Cleanup')
    await page.getByRole('region', { name: 'story-keys' }).getByText(/^v2 /).waitFor()
    await tabTo(page, /^(Choose )?v1 /)
    await page.keyboard.press('Space')
    await page.getByText(/^1 version · frees at least/).waitFor()
    await look('cleanup')
    await press(page, 'Remove…')
    await page.getByRole('dialog', { name: 'Remove 1 version?' }).waitFor()
    await look('cleanup dialog')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await press(page, 'Settings')
    await tabTo(page, 'Search settings')
    await page.keyboard.type('diagnostics')
    await expect.poll(() => page.getByRole('heading', { level: 2 }).count()).toBe(1)
    await look('settings')
    await page.keyboard.press('Escape')
    await press(page, 'Diagnostics')
    expect(await focusedName(page)).toBe('Diagnostics')
    expect(found).toEqual({})
    expect(desk.complaints).toEqual([])
  },
)
