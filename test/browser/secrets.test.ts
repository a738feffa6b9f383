import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { hasKeyring, startKeyring } from '../rig/keyring.ts'
import { halves } from '../sample.ts'
import { violations } from './accessibility.ts'
import { whyNoBrowser } from './chromium.ts'
import { type Desk, openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'
import { tabTo } from './keyboard.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

const CANARY = 'canary-on-screen-5d20'
const KEY = 'canary-key-first\ncanary-key-second'
/** A replaced environment answers on its port soon after it is said to. */
const SOON = { timeout: 30_000 }
const SECRETS = {
  TOKEN: {
    description: 'For the\u202e registry',
    documentationUrl: 'https://docs.example.org/tokens',
  },
  DEPLOY_KEY: { documentationUrl: 'javascript:alert(1)' },
}

/** A project whose start shows how long the values are that its hook is given. */
function declaring(mark: string, secrets: object = SECRETS): Record<string, string> {
  const files = webProject(mark)
  const plain = JSON.parse(files['.devcontainer/devcontainer.json'] ?? '')
  const hook = `printf "%s lines of %s" "$(echo "$DEPLOY_KEY" | grep -c .)" "\${#TOKEN}" > /srv/given.html`
  const definition = { ...plain, userEnvProbe: 'none', secrets, postStartCommand: hook }
  return { ...files, '.devcontainer/devcontainer.json': JSON.stringify(definition) }
}

/** What the hook was given, as the environment's page on its port tells. */
async function given(page: Page): Promise<string> {
  const port = await page.locator('.port code').first().textContent()
  const response = await fetch(`http://${port?.split('→ ')[1]}/given.html`)
  return response.text()
}

/** Everything that the desk holds on the disk. */
async function onDisk({ root }: Desk): Promise<string> {
  const found = await readdir(root, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile())
  const texts = files.map((file) => readFile(path.join(file.parentPath, file.name), 'latin1'))
  return (await Promise.all(texts)).join('\n')
}

test.skipIf(whyNoBrowser() || !hasKeyring)(
  'a start asks for what is missing and goes on; values are replaced and removed on the Overview',
  async () => {
    await using keyring = await startKeyring()
    const { HOME: _, ...env } = keyring.env
    await using desk = await openDesk({ env })
    const project = await environmentOn(desk, 'story secrets', declaring('story secrets'))
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(project.folder)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByRole('button', { name: 'Start', exact: true }).first().click()

    const dialog = page.getByRole('dialog', { name: 'story-secrets asks for 2 secrets' })
    await dialog.getByText('For the\\u{202e} registry').waitFor()
    await dialog.getByText(/kept in the Secret Service/).waitFor()
    expect(await dialog.getByRole('link').count()).toBe(1)
    expect(await violations(page)).toEqual([])
    const token = dialog.getByLabel('TOKEN')
    expect(await token.evaluate((it: HTMLInputElement) => [it.type, it.autocomplete])).toEqual([
      'password',
      'new-password',
    ])
    await token.fill('x'.repeat(3000))
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByText('It is longer than').waitFor()
    await token.fill(CANARY)
    // By the keyboard alone, and with the other one left out.
    await token.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Ready · v1 ★').first().waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    expect(await given(page)).toBe(`0 lines of ${CANARY.length}`)

    const card = page.locator('.secrets')
    await card.getByText('missing').waitFor()
    await tabTo(page, 'Set DEPLOY_KEY…')
    await page.keyboard.press('Enter')
    const setting = page.getByRole('dialog', { name: 'Set DEPLOY_KEY of story-secrets' })
    await setting.getByLabel('DEPLOY_KEY').evaluate((field, text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', `${text}\n`)
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, KEY)
    await setting.getByText('2 lines pasted').waitFor()
    expect(await page.content()).not.toContain('canary-key')
    expect(await violations(page)).toEqual([])
    await setting.getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('DEPLOY_KEY is set.').waitFor()
    await page.getByRole('button', { name: 'Replace DEPLOY_KEY…' }).waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Reset…', exact: true }).click()
    await page.getByRole('button', { name: 'Reset environment' }).click()
    await page.getByText(/^Reset to v1 in/).waitFor()
    await expect.poll(() => given(page), SOON).toBe(`2 lines of ${CANARY.length}`)

    await page.getByRole('button', { name: 'Remove TOKEN' }).click()
    await page.getByText('TOKEN is forgotten.').waitFor()
    await page.getByRole('button', { name: 'Set TOKEN…' }).waitFor()
    // It was given once and not left out, so that it is asked for again: by what replaces the environment, too.
    await page.getByRole('button', { name: 'Reset…', exact: true }).click()
    await page.getByRole('button', { name: 'Reset environment' }).click()
    const again = page.getByRole('dialog', { name: 'story-secrets asks for a secret' })
    await again.getByLabel('TOKEN').fill('four')
    await again.getByRole('button', { name: 'Continue' }).click()
    await again.waitFor({ state: 'detached' })
    await expect.poll(() => given(page).catch(() => ''), SOON).toBe('2 lines of 4')
    const disk = await onDisk(desk)
    for (const value of [CANARY, ...KEY.split('\n')]) expect(disk.includes(value), value).toBe(false)
    expect(desk.complaints).toEqual([])
  },
)

storyEven(
  'without a key store it is reported that values are not kept, and Cancel starts nothing',
  async () => {
    await using desk = await openDesk({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' } })
    const mark = 'story secrets unkept'
    const project = await environmentOn(desk, mark, declaring(mark, { TOKEN: {} }))
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(project.folder)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    const start = page.getByRole('button', { name: 'Start', exact: true }).first()
    await start.click()
    const dialog = page.getByRole('dialog', { name: 'story-secrets-unkept asks for a secret' })
    await dialog.getByText(/No key store can be used/).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Not built yet').first().waitFor()
    await start.click()
    await dialog.getByLabel('TOKEN').fill(CANARY)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('Ready · v1 ★').first().waitFor()
    await page.getByRole('link', { name: 'Overview' }).click()
    expect(await given(page)).toBe(`0 lines of ${CANARY.length}`)
    await page.getByText('set until Pristine ends').waitFor()
    await page.getByText(/then you are asked again/).waitFor()
    await page.getByRole('button', { name: 'Remove TOKEN' }).click()
    await page.getByText('TOKEN is forgotten.').waitFor()
    await page.locator('.secrets').getByText('missing').waitFor()
    expect((await onDisk(desk)).includes(CANARY)).toBe(false)
    expect(desk.complaints).toEqual([])
  },
)

storyOdd('a build that fails for want of a secret asks for it and is done again', async () => {
  await using desk = await openDesk({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' } })
  const mark = 'story secrets build'
  const files = declaring(mark, { TOKEN: {} })
  const mount = `RUN --mount=type=secret,id=TOKEN,required test "$(wc -c < /run/secrets/TOKEN)" = ${CANARY.length}\nRUN true`
  const project = await environmentOn(desk, mark, {
    ...files,
    Dockerfile: (files['Dockerfile'] ?? '').replace('RUN true', mount),
  })
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(project.folder)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: 'story-secrets-build asks for a secret' })
  await dialog.getByText('Secrets left empty are skipped').waitFor()
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByText('Without its value this cannot be built.').waitFor()
  expect(await dialog.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true)
  expect(await violations(page)).toEqual([])
  await dialog.getByLabel('TOKEN').fill(CANARY)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Ready · v1 ★').first().waitFor()
  expect((await onDisk(desk)).includes(CANARY)).toBe(false)
  expect(desk.complaints).toEqual([])
})
