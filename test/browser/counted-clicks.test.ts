import { expect } from 'vitest'
import { notInSamples } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn, lockfile } from './environment-project.ts'
import { counting } from './input-counts.ts'
import { webProject } from './web-project.ts'

/** In milliseconds: the sample has a database and a cache. */
const LONG = 300_000

// What people come for, in as few clicks as it needs; from a URL to Ready is in clone.test.ts.

notInSamples(story)(
  'from an empty Home to a sample that runs: two clicks',
  async () => {
    await using desk = await openDesk()
    const page = await desk.open()
    const count = await counting(page)
    await page.getByRole('button', { name: 'Try the sample' }).click()
    await page.getByRole('button', { name: /^(Start|Trust and start)$/ }).click()
    await page
      .getByText(/Ready · v1/)
      .first()
      .waitFor({ timeout: 200_000 })
    expect((await count()).clicks).toBe(2)
    expect(desk.complaints).toEqual([])
  },
  LONG,
)

story(
  'why there is a new version: no click; back to the one before, and from drift to clean: two; the cause of a failed build: one at most',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'counted')
    await project.up()
    const page = await desk.open()
    await project.show(page, 'overview')
    await page.getByText('Ready · v1 ★').first().waitFor()

    const why = await counting(page)
    await desk.project('counted', lockfile('5.1.0'))
    await page.getByText('Ready · v2 ★').first().waitFor()
    const versions = page.getByRole('main')
    await expect.poll(() => versions.innerText()).toMatch(/express.*5\.0\.0.*5\.1\.0.*package-lock\.json/s)
    expect((await why()).clicks).toBe(0)

    const back = await counting(page)
    await page.getByRole('button', { name: 'Reset…', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Back to v1' }).click()
    await page
      .getByText(/Ready · v1$/)
      .first()
      .waitFor()
    expect((await back()).clicks).toBe(2)

    await desk.project('counted', lockfile('5.0.0'))
    await project.exec('echo mess > /etc/mess')
    await page
      .getByText(/Drifted/)
      .first()
      .waitFor()
    const clean = await counting(page)
    await page.getByRole('button', { name: 'Reset…', exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Reset/ })
      .first()
      .click()
    await page
      .getByText(/Drifted/)
      .first()
      .waitFor({ state: 'detached' })
    expect((await clean()).clicks).toBe(2)

    const cause = await counting(page)
    await desk.project('counted', webProject('counted', 'RUN echo no such header; exit 3'))
    await page
      .getByRole('region', { name: 'Current work' })
      .getByRole('heading', { name: 'no such header', exact: true })
      .waitFor()
    expect((await cause()).clicks).toBeLessThanOrEqual(1)
    expect(desk.complaints).toEqual([])
  },
  LONG,
)
