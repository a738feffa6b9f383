import { rm } from 'node:fs/promises'
import { expect } from 'vitest'
import { halves } from '../sample.ts'
import { violations } from './accessibility.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

storyEven(
  'what Copy copies; an environment is removed with its versions, and can be started again',
  async () => {
    await using desk = await openDesk({ ownBrowser: true })
    const project = await environmentOn(desk, 'story remove')
    await project.up()
    const page = await desk.open()
    await desk.allowClipboard()
    await project.show(page, 'overview')
    await page.getByRole('button', { name: 'Copy the address of port 8080' }).click()
    await page.getByText('Copied').first().waitFor()
    expect(await desk.pasted()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Copy path' }).click()
    await page.getByText('Path copied').waitFor()
    expect(await desk.pasted()).toBe(project.folder)
    await project.show(page, 'definition')
    await page.getByRole('button', { name: 'Copy Dockerfile' }).click()
    await expect.poll(() => desk.pasted()).toContain('FROM busybox:1.36')

    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Remove the environment of story-remove?' })
    await dialog.getByRole('checkbox', { name: /Also remove all versions/ }).check()
    await dialog.getByText('the containers, versions', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Remove environment' }).click()
    await page.getByText('The environment of story-remove was removed').waitFor()
    await page.getByRole('link', { name: 'Environments' }).first().click()
    await page.getByText('Open a project to get an environment').or(page.getByText('Not built yet')).waitFor()
    expect(desk.complaints).toEqual([])
  },
)

storyOdd('where the folder of an environment is gone, what it left behind is removed', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story folder gone')
  await project.up()
  await rm(project.folder, { recursive: true })
  const page = await desk.open()
  await project.show(page, 'overview')
  await page.getByRole('heading', { name: 'Its folder is not there' }).waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('main').getByRole('button', { name: 'Remove…' }).click()
  const dialog = page.getByRole('dialog', { name: /Remove the environment of/ })
  await dialog.getByRole('checkbox', { name: /Also remove all versions/ }).check()
  await dialog.getByRole('button', { name: 'Remove environment' }).click()
  await page.getByText(/The environment of .* was removed/).waitFor()
  expect(desk.complaints).toEqual([])
})
