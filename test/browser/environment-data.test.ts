import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityLooks } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'
import { tabTo } from './keyboard.ts'
import { webProject } from './web-project.ts'

/** A project with a volume. */
function withData(mark: string): Record<string, string> {
  const files = webProject(mark)
  const definition = JSON.parse(files['.devcontainer/devcontainer.json'] ?? '')
  definition.mounts = ['source=records,target=/records,type=volume']
  return { ...files, '.devcontainer/devcontainer.json': JSON.stringify(definition) }
}

/** Chooses from the menu of a snapshot by keyboard. */
async function choose(page: Page, snapshot: string, item: string): Promise<void> {
  await tabTo(page, `More for ${snapshot}`)
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: item }).waitFor()
  const focused = page.locator(':focus')
  while ((await focused.textContent()) !== item) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

story(
  'data is captured, restored, renamed, exported, deleted and imported with the keyboard alone',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story data', withData('story data'))
    await project.up()
    await project.exec('echo seed > /records/rows')
    const page = await desk.open()
    await project.show(page, 'data')
    const { found, look } = accessibilityLooks(page)
    await page.getByRole('rowheader', { name: 'records' }).waitFor()
    await page.getByRole('heading', { name: 'No snapshots yet' }).waitFor()
    await look('none')

    await tabTo(page, 'Take a snapshot…')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('nothing was changed inside it').waitFor()
    await page.keyboard.type('Seed')
    await dialog
      .getByRole('alert')
      .getByText(/Lower-case letters/)
      .waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('seed')
    await look('take')
    await page.keyboard.press('Enter')
    await page.getByText(/^Snapshot taken in/).waitFor()
    const seed = page.getByRole('article', { name: 'seed', exact: true })
    await seed.getByText('taken by you · data of v1').waitFor()

    // Restored, today's data is kept beside it.
    await project.exec('echo today > /records/rows')
    await tabTo(page, 'Restore seed…')
    await page.keyboard.press('Enter')
    await dialog.getByText(/^today’s data.*, with that of seed; the container/).waitFor()
    await dialog.getByText('today’s data, as an automatic snapshot').waitFor()
    await look('restore')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText(/^The data is that of seed/).waitFor()
    await page.getByRole('article', { name: 'before-seed' }).getByText('automatic').waitFor()

    await choose(page, 'before-seed', 'Rename…')
    await dialog.waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('seed')
    await dialog
      .getByRole('alert')
      .getByText(/already/)
      .waitFor()
    await page.keyboard.type('-2')
    await page.keyboard.press('Enter')
    await page.getByRole('article', { name: 'seed-2' }).getByText('taken by you').waitFor()

    // What cannot be written can be changed and tried again.
    await choose(page, 'seed', 'Export to a file…')
    expect(await dialog.getByRole('textbox').inputValue()).toBe('~/story-data-seed.tar')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('~/nowhere/seed.tar')
    await page.keyboard.press('Enter')
    await dialog
      .getByRole('alert')
      .getByText(/There is no such file or folder/)
      .waitFor()
    await look('export')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('~/seed.tar')
    await page.keyboard.press('Enter')
    await page.getByText('seed is in ~/seed.tar').waitFor()
    expect(existsSync(path.join(desk.root, 'seed.tar'))).toBe(true)

    await choose(page, 'seed', 'Delete…')
    await dialog.getByText(/is lost for good/).waitFor()
    await look('delete')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('seed is deleted').waitFor()
    await seed.waitFor({ state: 'detached' })

    await writeFile(path.join(desk.root, 'bad.tar'), 'nothing of the kind')
    await tabTo(page, 'Import…')
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.type('~/bad.tar')
    await page.keyboard.press('Enter')
    await dialog
      .getByRole('alert')
      .getByText(/is not a snapshot that can be imported/)
      .waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('~/seed.tar')
    await page.keyboard.press('Enter')
    await seed.getByText('imported').waitFor()
    await look('list')

    // A reset keeps the data, unless a person says to what it goes back as well.
    await tabTo(page, 'Reset…')
    await page.keyboard.press('Enter')
    await dialog.getByText(/^your source folder, data \(/).waitFor()
    await tabTo(page, 'Also reset data to "seed"')
    await page.keyboard.press('Space')
    expect(await dialog.getByRole('checkbox', { name: 'Take a snapshot first' }).isChecked()).toBe(true)
    expect(await dialog.getByRole('combobox').inputValue()).toBe('seed')
    await look('reset')
    await tabTo(page, 'Take a snapshot first')
    await page.keyboard.press('Space')
    await dialog.getByText(/is lost for good/).waitFor()
    await tabTo(page, 'Reset environment')
    await page.keyboard.press('Enter')
    await page.getByText(/^Reset to v1 with the data of seed in/).waitFor()
    expect(await page.getByRole('article').count()).toBe(2)
    // Without containers only the data is left, and can still be captured.
    expect(await page.getByText('Drifted').count()).toBe(0)
    expect(found).toEqual({})
    expect(desk.complaints).toEqual([])
  },
  // Everything that data can do, one after the other.
  300_000,
)
