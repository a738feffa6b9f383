import { expect } from 'vitest'
import { halves } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn, lockfile } from './environment-project.ts'

// In a sample, one of each of these groups.
const [, storyOdd] = halves(story)

story(
  'a lockfile that changes on the disk becomes a version and is swapped in while the page is open',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story update')
    await project.up()
    const page = await desk.open()
    await project.show(page, 'versions')
    await page.getByText('Ready · v1 ★').first().waitFor()
    await page.getByRole('heading', { name: '1 version' }).waitFor()
    await desk.project('story-update', lockfile('5.2.1'))
    await page.getByText('Ready · v2 ★').first().waitFor({ timeout: 60_000 })
    const second = page.getByRole('article', { name: 'v2' })
    await second.getByText('running').waitFor()
    expect(await second.getByRole('list').textContent()).toContain('express from 5.0.0 → to 5.2.1')
    await page.getByRole('heading', { name: '2 versions' }).waitFor()

    // Three clicks: Versions, Compare with running, and here it is.
    await page
      .getByRole('article', { name: 'v1' })
      .getByRole('button', { name: 'Compare with running' })
      .click()
    const compared = page.getByRole('region', { name: 'Compare' })
    await compared.getByText('package-lock.json').first().waitFor()
    await compared.getByText('The pins are the same.').waitFor()
    await compared.getByText('5.2.1').first().waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: '2 versions' }).waitFor()
    expect(desk.complaints).toEqual([])
  },
)

storyOdd('known-good is marked and unmarked', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story marks')
  await project.up()
  await project.up(lockfile('5.1.0'))
  const page = await desk.open()
  await project.show(page, 'versions')
  const [first, second] = [
    page.getByRole('article', { name: 'v1' }),
    page.getByRole('article', { name: 'v2' }),
  ]
  await second.getByText('known-good').waitFor()
  await page.getByRole('button', { name: 'More for v1' }).click()
  await page.getByRole('menuitem', { name: 'Mark as known-good' }).click()
  await first.getByText('known-good, marked').waitFor()
  await second.getByText('known-good').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'More for v1' }).click()
  await page.getByRole('menuitem', { name: 'Unmark' }).click()
  await page.getByText('known-good, marked').waitFor({ state: 'detached' })
  const ends = { Dockerfile: 'FROM busybox:1.36\nCMD ["false"]\n' }
  await expect(project.up(ends)).rejects.toMatchObject({ code: 'container-exited' })
  await page.getByRole('article', { name: 'v3' }).getByText('never became ready').waitFor()
  await page.getByRole('button', { name: 'More for v3' }).click()
  await page.getByRole('menuitem', { name: 'Copy' }).waitFor()
  expect(await page.getByRole('menuitem', { name: 'Mark as known-good' }).count()).toBe(0)
  expect(desk.complaints).toEqual([])
})
