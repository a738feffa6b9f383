import { expect } from 'vitest'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'

story(
  'a terminal echoes, takes its size from the window, survives a reload, ends and is opened again',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story terminal')
    await project.up()
    const page = await desk.open()
    await project.show(page, 'terminal')
    await page.getByRole('button', { name: 'Open terminal' }).click()
    const terminal = page.getByRole('region', { name: 'Terminal' })
    const rows = terminal.locator('.xterm-rows')
    await rows.getByText(/#\s*$/).first().waitFor()
    await page.keyboard.type('echo $((40 + 2))\n')
    await rows.getByText('42', { exact: true }).waitFor()
    const size = async () => {
      await page.keyboard.type('clear; stty size\n')
      const found = rows.getByText(/^\d+ \d+$/)
      await found.waitFor()
      return (await found.textContent())?.split(' ').map(Number) ?? []
    }
    // The window's size is told once the terminal is drawn.
    await expect.poll(async () => (await size())[1], { timeout: 30_000 }).toBeGreaterThan(100)
    const [, wide = 0] = await size()
    await page.setViewportSize({ width: 800, height: 700 })
    await expect.poll(async () => (await size())[1], { timeout: 30_000 }).toBeLessThan(wide)

    // Whatever the image says, characters are UTF-8. The line editor of busybox shows others as question marks.
    await page.keyboard.type("clear; echo $LC_CTYPE; printf 'gr\\303\\274\\303\\237e\\n'\n")
    await rows.getByText('C.UTF-8', { exact: true }).waitFor()
    await rows.getByText('grüße', { exact: true }).waitFor()
    await page.keyboard.press('Control+Shift+F')
    const search = page.getByRole('textbox', { name: 'Search the terminal' })
    await search.fill('GRÜSS')
    await page.getByText('not found').waitFor()
    await search.fill('GRÜßE')
    await page.getByText('not found').waitFor({ state: 'detached' })
    await search.press('Escape')

    await page.keyboard.type('clear; echo still $((1 + 1)) here\n')
    await rows.getByText('still 2 here').waitFor()
    await page.reload()
    await rows.getByText('still 2 here').waitFor()

    await page.getByRole('button', { name: 'Open another terminal' }).click()
    await page.getByRole('button', { name: 'Terminal 2', exact: true }).waitFor()
    await terminal.locator('.xterm-rows').nth(1).getByText(/#\s*$/).first().waitFor()
    await page.keyboard.type('exit 7\n')
    await page.getByText('The shell ended with code 7.').waitFor()
    await page.getByRole('button', { name: 'Reopen' }).click()
    await page.getByText('The shell ended with code 7.').waitFor({ state: 'detached' })
    expect(desk.complaints).toEqual([])
  },
)
