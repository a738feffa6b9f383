import { access, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { createEngine } from '../../main/engine.ts'
import { startGitServer } from '../rig/git-server.ts'
import { halves } from '../sample.ts'
import { violations } from './accessibility.ts'
import { type Desk, openDesk, story } from './desk.ts'
import { counting } from './input-counts.ts'
import { focusedName, tabTo } from './keyboard.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

/** Puts a text where Ctrl-V finds it. */
async function copy(desk: Desk, page: Page, text: string): Promise<void> {
  await desk.allowClipboard()
  await page.evaluate((text) => navigator.clipboard.writeText(text), text)
}

/** A desk removes what is cloned into it, as its own projects. */
const cloned = (desk: Desk, name: string) => desk.project(`Projects/${name}`, {})

story('from a git URL to Ready: a paste and two clicks', async () => {
  await using server = await startGitServer()
  await using desk = await openDesk({ ownBrowser: true })
  await server.repository('first-day', webProject('two clicks and a paste'))
  await cloned(desk, 'first-day')
  const page = await desk.open()
  await page.getByRole('heading', { name: 'Open a project to get an environment' }).waitFor()
  await copy(desk, page, server.url('first-day'))
  const count = await counting(page)
  await page.keyboard.press('Control+v')
  await page.getByRole('button', { name: 'Continue' }).click()
  const sheet = page.getByRole('dialog', { name: 'Trust first-day?' })
  await sheet.getByText("Starting it runs this project's code in containers on this computer.").waitFor()
  await sheet.getByText('busybox:1.36').waitFor()
  await sheet.getByText('8080').waitFor()
  await sheet.getByRole('button', { name: 'Trust and start' }).click()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  expect(await count()).toEqual({ clicks: 2, keys: 0, pastes: 1 })
  await access(path.join(desk.root, 'Projects/first-day/Dockerfile'))
  expect(desk.complaints).toEqual([])
})

storyEven(
  'what is cloned is opened without starting, keeps asking, and starts once it is trusted',
  async () => {
    await using server = await startGitServer()
    await using desk = await openDesk()
    await server.repository('careful', webProject('open without starting'), { branches: ['tax'] })
    await cloned(desk, 'there')
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(`${server.url('careful')}#tax`)
    expect(await page.getByRole('textbox', { name: 'Into' }).inputValue()).toBe('~/Projects/careful')
    expect(await page.getByRole('textbox', { name: 'Branch or tag' }).inputValue()).toBe('tax')
    await page.getByRole('textbox', { name: 'Into' }).fill('~/Projects/there')
    await page.keyboard.press('Enter')
    const sheet = page.getByRole('dialog', { name: 'Trust there?' })
    await sheet.getByText('busybox:1.36').waitFor()
    expect(await violations(page)).toEqual([])
    await page.locator(':focus', { hasText: 'Open without starting' }).waitFor()
    await page.keyboard.press('Enter')
    await sheet.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'there', level: 1 }).waitFor()
    await page.getByText('Asks for trust').first().waitFor()
    await page.getByText('This clone is not trusted yet').waitFor()
    await page.getByText('· tax').first().waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Review and trust…' }).click()
    await sheet.waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await sheet.getByRole('button', { name: 'Trust and start' }).click()
    await page
      .getByText(/Ready · v1/)
      .first()
      .waitFor()
    await page.getByText('Asks for trust').waitFor({ state: 'detached' })
    expect(desk.complaints).toEqual([])
  },
)

storyEven('a slow clone is seen on Home and cancelled there, and leaves nothing', async () => {
  await using server = await startGitServer()
  await using desk = await openDesk()
  await server.repository('slow', { ...webProject('slow'), big: 'x'.repeat(100_000) })
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(`${server.origin}/slow/slow.git`)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Cloning slow' })
  await dialog.getByText('Connect to 127.0.0.1', { exact: true }).waitFor()
  await server.stalled
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Go on in the background' }).click()
  const row = page.getByRole('article', { name: 'slow' })
  await row.getByText(/^Cloning/).waitFor()
  await row.getByRole('button', { name: 'View build slow' }).click()
  await page.getByRole('heading', { name: 'Clone slow', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Cloning slow was cancelled; nothing was left behind.').waitFor()
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('heading', { name: 'Open a project to get an environment' }).waitFor()
  expect(await readdir(desk.root)).not.toContain('Projects')
  expect(desk.complaints).toEqual([])
})

storyOdd('a clone that fails says why, and its fields can be changed', async () => {
  await using server = await startGitServer()
  await using desk = await openDesk()
  await server.repository('shop', webProject('clone fails'), { branches: ['release'] })
  const page = await desk.open()
  const field = page.getByRole('textbox', { name: 'Folder or git URL' })
  await field.fill('ext::sh -c id')
  await page.keyboard.press('Enter')
  await page.getByText(/is not cloned/).waitFor()
  await field.fill(`${server.url('shop')}#relaese`)
  await page.keyboard.press('Enter')
  const failed = page.getByRole('dialog', { name: 'shop was not cloned' })
  await failed.getByText(/has no branch, tag or commit relaese/).waitFor()
  await failed.getByText(/Perhaps you mean "#release"/).waitFor()
  expect(await violations(page)).toEqual([])
  await failed.getByRole('button', { name: 'Change…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open or clone' })
  await dialog.getByRole('textbox', { name: 'Branch or tag' }).fill('release')
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('dialog', { name: 'Trust shop?' }).waitFor()
  expect(desk.complaints).toEqual([])
})

storyOdd('by keyboard alone: open or clone, trust and start', async () => {
  await using server = await startGitServer()
  await using desk = await openDesk()
  await server.repository('keys', webProject('clone by keyboard'))
  await cloned(desk, 'keys')
  const folder = await desk.project('other', webProject('clone by keyboard, other'))
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'other', level: 1 }).waitFor()
  await tabTo(page, 'Environments')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: 'other' }).waitFor()
  await tabTo(page, 'Open or clone…')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(await focusedName(page)).toBe('Folder or git URL')
  await page.keyboard.type(server.url('keys'))
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Trust keys?' }).getByText('busybox:1.36').waitFor()
  await tabTo(page, 'Trust and start')
  await page.keyboard.press('Enter')
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  expect(desk.complaints).toEqual([])
})

storyEven('a definition that asks for more shows only the difference, and what runs goes on', async () => {
  await using server = await startGitServer()
  await using desk = await openDesk()
  await server.repository('wider', webProject('wider'))
  await cloned(desk, 'wider')
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(server.url('wider'))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Trust and start' }).click()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  const files = webProject('wider')
  const definition = JSON.parse(files['.devcontainer/devcontainer.json'] ?? '') as object
  const more = {
    mounts: ['source=/usr/share,target=/share,type=bind,readonly'],
    initializeCommand: 'id > ran',
  }
  await desk.project('Projects/wider', {
    '.devcontainer/devcontainer.json': JSON.stringify({ ...definition, ...more }),
  })
  await page.getByText('Asks for trust').first().waitFor()
  await page.getByText('The definition asks for more than was granted').waitFor()
  await page
    .getByText(/Ready · v1/)
    .first()
    .waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Review and trust…' }).first().click()
  const sheet = page.getByRole('dialog', { name: 'wider asks for more' })
  await sheet.getByText('id > ran').waitFor()
  await sheet.getByText('/usr/share').waitFor()
  expect(await sheet.getByText('busybox:1.36').count()).toBe(0)
  expect(await violations(page)).toEqual([])
  await sheet.getByRole('button', { name: 'Not now' }).click()
  await expect(access(path.join(desk.root, 'Projects/wider/ran'))).rejects.toMatchObject({ code: 'ENOENT' })
  await page.getByRole('button', { name: 'Review and trust…' }).first().click()
  await sheet
    .getByRole('checkbox', { name: 'Run its commands whatever the project’s files say from now on' })
    .check()
  expect(await violations(page)).toEqual([])
  await sheet.getByRole('button', { name: 'Trust and start' }).click()
  await page
    .getByText(/Ready · v2/)
    .first()
    .waitFor()
  await access(path.join(desk.root, 'Projects/wider/ran'))
  // The file that the command wrote would be asked about, and so would this one.
  const folder = await desk.project('Projects/wider', { 'run.sh': 'echo changed\n' })
  const run = { signal: new AbortController().signal, report: () => {} }
  // The app may be looking at the same file.
  const engine = createEngine(desk.env)
  const up = () => engine.up(folder, { frozen: false }, run).then(({ action }) => action, String)
  await expect.poll(up).not.toContain('Busy')
  expect(await up()).toBe('none')
  expect(desk.complaints).toEqual([])
})
