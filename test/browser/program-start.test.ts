import { expect } from 'vitest'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'

const files = {
  '.devcontainer/devcontainer.json': JSON.stringify({
    image: 'busybox:1.36',
    forwardPorts: [8080],
    userEnvProbe: 'none',
    containerEnv: { MARK: 'program start' },
  }),
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }),
}

story(
  'what was found is shown before a start, and after it how the program starts and who listens',
  async () => {
    await using desk = await openDesk()
    const folder = await desk.project('waiting', files)
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
    await page.keyboard.press('Enter')
    const found = page.locator('.overview-found')
    await found
      .getByText('A devcontainer.json that names an image: .devcontainer/devcontainer.json.')
      .waitFor()
    await found.getByText('busybox:1.36').waitFor()
    await found.getByText('8080/tcp').waitFor()
    await found.getByText(/commands on this computer itself, privileges/).waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page
      .getByText(/Ready · v1/)
      .first()
      .waitFor()
    await page.getByText('nothing listens yet').waitFor()
    expect(await page.getByRole('button', { name: 'Open port 8080' }).isDisabled()).toBe(true)
    expect(await violations(page)).toEqual([])
    // Open leads to where it is told, and opens no page that says less.
    await page.getByRole('link', { name: 'Versions', exact: true }).click()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByText(/^Nothing listens on port \d+ of waiting yet$/).waitFor()
    expect(page.context().pages()).toHaveLength(1)

    const start = page.getByRole('region', { name: 'How its program is started' })
    await start.getByText('npm start').waitFor()
    await start.getByRole('button', { name: 'Type it in a terminal' }).click()
    const rows = page.locator('.xterm-rows')
    await rows.getByText(/# npm start\s*$/).waitFor()
    // It is typed and not run: the person may change it.
    await page.keyboard.press('Control+u')
    await page.keyboard.type('httpd -p 8080 -h /tmp\n')
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText('nothing listens yet').waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Open port 8080' }).isEnabled()).toBe(true)
    const opened = page.context().waitForEvent('page')
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await opened
    expect(desk.complaints).toEqual([])
  },
)

story(
  'a folder of the person’s own that wants more is asked about as such, at its first sight and later',
  async () => {
    await using desk = await openDesk()
    const folder = await desk.project('own', {
      ...files,
      '.devcontainer/devcontainer.json': JSON.stringify({
        image: 'busybox:1.36',
        forwardPorts: [8080],
        mounts: ['source=/usr/share,target=/share,type=bind,readonly'],
      }),
    })
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
    await page.keyboard.press('Enter')
    const sheet = page.getByRole('dialog', { name: 'Trust own?' })
    for (const text of ['busybox:1.36', '8080/tcp', '/usr/share', 'Nothing of it runs before you agree']) {
      await sheet.getByText(text).first().waitFor()
    }
    await sheet.getByRole('button', { name: 'Open without starting' }).click()
    await page.locator('.overview-found').getByText('/usr/share').waitFor()
    expect(await page.getByText(/clone/).count()).toBe(0)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await sheet.getByRole('button', { name: 'Trust and start' }).click()
    await page
      .getByText(/Ready · v1/)
      .first()
      .waitFor()
    expect(desk.complaints).toEqual([])
  },
)
