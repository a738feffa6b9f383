import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'

story(
  'a folder without a definition: what is proposed is shown in full, written on a click, and starts',
  async () => {
    await using desk = await openDesk()
    const folder = await desk.project('plain', { '.nvmrc': '24\n', 'package.json': '{ "name": "plain" }\n' })
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'This folder has no definition yet' }).waitFor()
    const lines = page.getByRole('list', { name: /^\.devcontainer\/devcontainer\.json, line by line/ })
    const shown = await lines
      .getByRole('listitem')
      .evaluateAll((items) =>
        items.map((item) => [
          item.querySelector('code')?.textContent,
          item.querySelector('span')?.textContent,
        ]),
      )
    expect(shown).toEqual([
      ['{', undefined],
      ['  "image": "node:24-bookworm-slim",', '.nvmrc asks for Node.js 24.'],
      ['  "remoteUser": "node"', 'The user "node" that the image has, and not root.'],
      ['}', undefined],
    ])
    expect(await violations(page)).toEqual([])

    // Another one by now: it is shown, and nothing is written.
    await writeFile(path.join(folder, '.nvmrc'), '22\n')
    await page.getByRole('button', { name: 'Write and continue' }).click()
    await page.getByText('The proposal is no longer the one that was shown.').waitFor()
    await lines.getByText('node:22-bookworm-slim').waitFor()
    await writeFile(path.join(folder, '.nvmrc'), '24\n')
    await page.getByRole('button', { name: 'Look again' }).click()
    await lines.getByText('node:24-bookworm-slim').waitFor()

    await page.getByRole('button', { name: 'Write and continue' }).click()
    await page.getByText(/^Written: /).waitFor()
    const file = path.join(folder, '.devcontainer/devcontainer.json')
    expect(await readFile(file, 'utf8')).toBe(`${shown.map(([text]) => text).join('\n')}\n`)
    await page.getByRole('heading', { name: 'Services' }).waitFor()
    // Before anything else is done: what was said of the folder without one is gone.
    await page.getByText('Nothing runs.').waitFor()
    expect(await page.getByText('has no definition').count()).toBe(0)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page
      .getByText(/Ready · v1/)
      .first()
      .waitFor()
    expect(desk.complaints).toEqual([])
  },
)

story(
  'the main action for a project without a definition is the proposal, on Home and in its header',
  async () => {
    await using desk = await openDesk()
    const folder = await desk.project('bare', { 'README.md': '# Bare\n' })
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(folder)
    await page.keyboard.press('Enter')
    await page.getByText('Its files show no known stack.').waitFor()
    await page.getByRole('link', { name: 'Environments' }).first().click()
    const row = page.getByRole('article', { name: 'bare' })
    await row.getByText('No definition yet').waitFor()
    expect(await row.getByRole('button', { name: /^Start/ }).count()).toBe(0)
    await row.getByRole('button', { name: 'Define… bare' }).click()
    await page.getByRole('button', { name: 'Write and continue' }).waitFor()
    expect(new URL(page.url()).hash).toMatch(/\/overview$/)
    await page.getByRole('link', { name: 'What runs' }).click()
    await page.getByRole('button', { name: 'Define…', exact: true }).click()
    await page.getByRole('button', { name: 'Write and continue' }).click()
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor()
    expect(desk.complaints).toEqual([])
  },
)
