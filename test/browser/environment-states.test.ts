import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { openHost } from '../../main/host/host.ts'
import { openProject } from '../../main/store/open-project.ts'
import { askRegistry, checkPins } from '../../main/verbs/check-pins.ts'
import { retag } from '../rig/retag.ts'
import { halves } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [, storyOdd] = halves(story)

story(
  'a base image that has moved is told, and leads to the update of the lock and a new version',
  async () => {
    await using desk = await openDesk()
    const reference = `story-moving-${process.pid}:1`
    await retag('busybox:1.36', reference, { turn: '1' })
    const files = webProject('story moving')
    const dockerfile = (files['Dockerfile'] ?? '').replace('busybox:1.36', reference)
    const project = await environmentOn(desk, 'story moving', { ...files, Dockerfile: dockerfile })
    await project.up()
    const page = await desk.open()
    const row = page.getByRole('article', { name: 'story-moving' })
    await row.getByText('Ready · v1 ★').waitFor()
    expect(await row.getByText('Base image outdated').count()).toBe(0)

    const lock = () => readFile(path.join(project.folder, '.devcontainer/pristine.lock'), 'utf8')
    const before = await lock()
    const latest = await retag('busybox:1.36', reference, { turn: '2' })
    const host = openHost(desk.env)
    await checkPins(host, await openProject(project.folder), askRegistry(host), new AbortController().signal)
    await row.getByRole('link', { name: 'Base image outdated' }).click()
    const pin = page.getByRole('listitem').filter({ hasText: reference })
    await pin.getByText('newer available').waitFor()
    expect(before).not.toContain(latest)
    await page.getByRole('button', { name: 'Update lock…' }).click()
    const dialog = page.getByRole('dialog', { name: /Update .*pristine.lock/ })
    await dialog.getByRole('checkbox', { name: new RegExp(reference) }).waitFor()
    await dialog.getByRole('button', { name: 'Update lock' }).click()
    await page.getByText(/pristine.lock updated: 1 pin moved/).waitFor()
    expect(await lock()).toContain(latest)
    await page.getByText('Ready · v2 ★').first().waitFor({ timeout: 60_000 })
    await pin.getByText('newer available').waitFor({ state: 'detached' })
    expect(await page.getByText('Base image outdated').count()).toBe(0)
    expect(desk.complaints).toEqual([])
  },
)

storyOdd('an unhealthy environment says how often its check failed, and leads to its logs', async () => {
  await using desk = await openDesk()
  const files = webProject('story unhealthy')
  const definition = JSON.parse(files['.devcontainer/devcontainer.json'] ?? '')
  const health = { command: 'test ! -e /down', interval: '200ms', retries: 2 }
  definition.customizations = { pristine: { health } }
  const project = await environmentOn(desk, 'story unhealthy', {
    ...files,
    '.devcontainer/devcontainer.json': JSON.stringify(definition),
  })
  await project.up()
  const page = await desk.open()
  const row = page.getByRole('article', { name: 'story-unhealthy' })
  await row.getByText('Ready · v1 ★').waitFor()
  await project.exec('touch /down')
  await row.getByText(/Unhealthy · check failed \d+ times/).waitFor()
  await row.getByRole('button', { name: 'View logs story-unhealthy' }).click()
  await page
    .getByRole('group', { name: 'Log lines' })
    .or(page.getByText('Nothing was printed yet.'))
    .waitFor()
  // The log has the room of the header, which is folded away.
  await page.getByRole('button', { name: 'Show the whole header' }).click()
  await page.getByRole('button', { name: 'Restart', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Reset…', exact: true }).waitFor()
  await project.exec('rm /down')
  await page.getByText('Ready · v1 ★').first().waitFor()
  expect(desk.complaints).toEqual([])
})
