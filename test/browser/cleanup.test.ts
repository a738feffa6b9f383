import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { COMMAND_LINE } from '../built.ts'
import { halves } from '../sample.ts'
import { violations } from './accessibility.ts'
import { type Desk, openDesk, story } from './desk.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [, storyOdd] = halves(story)

const execute = promisify(execFile)

const pristine = (desk: Desk, folder: string, ...args: string[]) =>
  execute(process.execPath, [COMMAND_LINE, '-C', folder, ...args], { env: desk.env as NodeJS.ProcessEnv })

/** A project that keeps one version beside the current one, has four, and a volume. */
async function worked(desk: Desk, name: string): Promise<string> {
  const files = webProject(`${name} 1`)
  const definition = JSON.parse(files['.devcontainer/devcontainer.json'] ?? '')
  definition.mounts = ['source=records,target=/records,type=volume']
  definition.customizations = { pristine: { keep: 1 } }
  files['.devcontainer/devcontainer.json'] = JSON.stringify(definition)
  const folder = await desk.project(name, files)
  await pristine(desk, folder, 'up')
  for (const version of [2, 3, 4]) {
    await desk.project(name, { 'page.html': `<h1>${name} ${version}</h1>\n` })
    await pristine(desk, folder, 'up')
  }
  return folder
}

story('Cleanup chooses old versions and never data, says why the others stay, and removes', async () => {
  await using desk = await openDesk({ start: false })
  const folder = await worked(desk, 'keeper')
  await desk.startServer()
  const page = await desk.open('#/cleanup')
  const project = page.getByRole('region', { name: 'keeper' })
  await project.waitFor()
  const box = (name: RegExp) => project.getByRole('checkbox', { name })
  await project.getByText(/^v4 .*Kept: the current version$/).waitFor()
  expect(await box(/v4/).count()).toBe(0)
  expect(await box(/^v3 /).isChecked()).toBe(false)
  expect(await box(/^v2 .*older/).isChecked()).toBe(true)
  expect(await box(/^v1 .*older/).isChecked()).toBe(true)
  await project.getByText(/records · Kept: the environment uses it/).waitFor()
  expect(await box(/records/).count()).toBe(0)
  await page.getByText(/^2 versions · frees at least \d/).waitFor()

  await page.getByRole('button', { name: 'Remove…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove 2 versions?' })
  await dialog.getByText(/built again from their recipes/).waitFor()
  expect(await dialog.getByText(/lost for good/).count()).toBe(0)
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Removed 2 versions.').waitFor()
  await box(/^v1 /).waitFor({ state: 'detached' })
  await box(/^v3 /).waitFor()

  // What was cleaned up is had again from its recipe, beside what runs.
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('link', { name: 'keeper' }).first().click()
  await page.getByRole('link', { name: 'Versions', exact: true }).click()
  const card = page.getByRole('article', { name: 'v1' })
  await card.getByText('can be built again from its recipe').waitFor()
  await card.getByRole('button', { name: 'Rebuild v1' }).click()
  await card.getByRole('button', { name: 'Reset to this… (v1)' }).waitFor()
  await page.getByText('Ready · v4 ★').first().waitFor()
  // Data goes only when no environment needs it any more, on an explicit word.
  await pristine(desk, folder, 'rm')
  await page.getByRole('link', { name: 'Cleanup' }).first().click()
  await box(/records/).check()
  await page.getByRole('button', { name: 'Remove…' }).click()
  const data = page.getByRole('dialog', { name: /Remove .*1 volume with data/ })
  await data.getByText('The data in these volumes is lost for good:').waitFor()
  await data.getByText(/records of keeper/).waitFor()
  await data.getByRole('button', { name: 'Cancel' }).click()
  expect(await box(/records/).isChecked()).toBe(true)
  await page.getByRole('button', { name: 'Remove…' }).click()
  await data.getByRole('button', { name: 'Remove, with data' }).click()
  await page.getByText(/^Removed .*1 volume with data\.$/).waitFor()
  await box(/records/).waitFor({ state: 'detached' })

  // What a build left that came to nothing.
  const recipe = path.join(desk.env['PRISTINE_HOME'] ?? '', 'versions', 'f'.repeat(64))
  await mkdir(recipe, { recursive: true })
  await writeFile(path.join(recipe, 'plan.json'), 'x'.repeat(5000))
  await page.getByRole('link', { name: 'Environments' }).first().click()
  await page.getByRole('link', { name: 'Cleanup' }).first().click()
  const store = page.getByRole('region', { name: 'Data folder' })
  expect(await store.getByRole('checkbox', { name: '1 recipe that no project needs' }).isChecked()).toBe(true)
  await page.getByRole('button', { name: 'Remove…' }).click()
  const recipes = page.getByRole('dialog', { name: /^Remove .*recipes that no project needs\?$/ })
  await recipes.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText(/^Removed .*recipes that no project needs\.$/).waitFor()
  await store.waitFor({ state: 'detached' })
  expect(existsSync(recipe)).toBe(false)
  expect(desk.complaints).toEqual([])
})

storyOdd('Cleanup says that there is nothing to free where all is kept, and why', async () => {
  await using desk = await openDesk({ start: false })
  const folder = await desk.project('kept', webProject('kept'))
  await pristine(desk, folder, 'up')
  await desk.startServer()
  const page = await desk.open('#/cleanup')
  await page.getByRole('heading', { name: 'Nothing to free' }).waitFor()
  await page.getByText(/^v1 .*Kept: the current version$/).waitFor()
  expect(await page.getByRole('button', { name: 'Remove…' }).count()).toBe(0)
  expect(await page.getByRole('checkbox').count()).toBe(0)
  expect(await violations(page)).toEqual([])
})
