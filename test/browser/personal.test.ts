import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { COMMAND_LINE } from '../built.ts'
import { startGitServer } from '../rig/git-server.ts'
import { hasSshAgent, startSshAgent } from '../rig/ssh-agent.ts'
import { halves } from '../sample.ts'
import { violations } from './accessibility.ts'
import { whyNoBrowser } from './chromium.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'

// In a sample, one of these.
const [storyEven] = halves(story)
const [, testOdd] = halves(test.skipIf(whyNoBrowser() || !hasSshAgent))

/** What the page shows follows what was done soon. */
const SOON = { timeout: 30_000 }

storyEven(
  'dotfiles, the git identity and a layer are set, used by the next environment, and taken away',
  async () => {
    await using server = await startGitServer()
    await server.repository('dots', { '.vimrc': 'set number\n' })
    await using desk = await openDesk()
    const page = await desk.open('#/settings')
    const group = page.getByRole('region', { name: 'Personal settings' })
    await group.getByText('No dotfiles are used.').waitFor()
    await group.getByLabel('Dotfiles', { exact: true }).fill('ext::id')
    await group.getByRole('button', { name: 'Fetch and use' }).click()
    await group.getByText(/runs a program on this computer/).waitFor()
    await group.getByLabel('Dotfiles', { exact: true }).fill(server.url('dots'))
    await group.getByLabel('Install command').fill('cp .vimrc ~/copied')
    await page.keyboard.press('Enter')
    await group.getByText(/^Now: [0-9a-f]{7}$/).waitFor()
    const identity = group.getByRole('switch', {
      name: 'Commit with the name and e-mail address of your git',
    })
    await identity.click()
    await expect.poll(() => identity.isChecked(), SOON).toBe(true)
    expect(await violations(page)).toEqual([])
    const layer = page.getByRole('region', { name: 'Your layer' })
    await layer.getByText('You have no layer.').waitFor()
    await layer.getByLabel('For all projects').fill('{\n  "image": "debian"\n}')
    await layer.getByRole('button', { name: 'Save layer' }).click()
    await layer.getByText(/^Line 2, column 3: "image" cannot be in a layer/).waitFor()
    expect(await violations(page)).toEqual([])
    await layer.getByLabel('For all projects').fill('{ "containerEnv": { "MINE": "1" } }')
    await layer.getByRole('button', { name: 'Save layer' }).click()
    await layer.getByText('Environments get it when they are started or updated.').waitFor()
    const project = await environmentOn(desk, 'story personal')
    await project.up()
    await project.exec('cp ~/copied /srv/page.html')
    await project.show(page, 'drift')
    await page.getByText(/paths of your dotfiles are not counted/).waitFor()
    expect(await violations(page)).toEqual([])
    const header = page.locator('.environment-header')
    await header.getByText('With your layer').waitFor()
    await project.show(page, 'versions')
    await page
      .getByRole('article', { name: 'v1' })
      .getByText(/^with your layer, on [0-9a-f]{12}$/)
      .waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Run without my layer' }).click()
    await page.getByRole('article', { name: 'v2' }).getByText('running').waitFor()
    await header.getByText('With your layer').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Settings' }).first().click()
    await group.getByLabel('Dotfiles', { exact: true }).fill('')
    await group.getByRole('button', { name: 'Remove' }).click()
    await group.getByText('No dotfiles are used.').waitFor()
    const settings = JSON.parse(await readFile(path.join(desk.root, 'pristine/settings.json'), 'utf8'))
    expect(settings).toMatchObject({ gitIdentity: true, dotfiles: null })
    expect(desk.complaints).toEqual([])
  },
)

testOdd(
  'an environment is given the ssh agent from its menu, asks for it on the sheet, and gives it back',
  async () => {
    await using agent = await startSshAgent()
    await using desk = await openDesk({ env: agent.env })
    const project = await environmentOn(desk, 'story agent')
    await project.up()
    const page = await desk.open()
    await project.show(page, 'overview')
    const container = page.locator('.services code').first()
    const before = await container.textContent()
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Give it my ssh agent…' }).click()
    const dialog = page.getByRole('dialog', { name: 'story-agent asks for more' })
    await dialog.getByText('ssh-agent').waitFor()
    expect(await violations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Trust and start' }).click()
    await expect.poll(() => container.textContent(), SOON).not.toBe(before)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        COMMAND_LINE,
        '-C',
        project.folder,
        'exec',
        '--',
        'sh',
        '-c',
        'test -S "$SSH_AUTH_SOCK" && echo given',
      ],
      { env: desk.env as NodeJS.ProcessEnv },
    ).catch((error: { stdout: string }) => error)
    expect(stdout).toBe('given\n')
    await page.getByRole('link', { name: 'Settings' }).first().click()
    await page.getByRole('button', { name: 'Take your ssh agent back from story-agent' }).click()
    await page.getByText('No environment can use your ssh agent.').waitFor()
    expect(desk.complaints).toEqual([])
  },
)
