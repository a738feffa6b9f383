import { expect } from 'vitest'
import { halves } from '../sample.ts'
import { openDesk, story } from './desk.ts'
import { environmentOn } from './environment-project.ts'
import { webProject } from './web-project.ts'

// In a sample, one of each of these groups.
const [storyEven, storyOdd] = halves(story)

const failing = 'RUN for i in $(seq 1 80); do echo compiling part $i; done; echo no such header; exit 3'

storyEven(
  'a failing build stays on the version that runs, and opens at the failing line with its output',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story failing build')
    await project.up()
    const page = await desk.open()
    await page.evaluate(() => undefined)
    await desk.allowClipboard()
    await project.show(page, 'overview')
    await page.getByText('Ready · v1 ★').first().waitFor()
    await desk.project('story-failing-build', webProject('story failing build', failing))
    await page.getByText('Build failed · still on v1').waitFor({ timeout: 60_000 })
    // Its cause is there without a click, before where it happened.
    const live = page.getByRole('region', { name: 'Current work' })
    await live.getByRole('heading', { name: 'no such header', exact: true }).waitFor()
    await live.getByText('compiling part 80').waitFor()
    expect(await live.locator('.swap-to').textContent()).toBe('v2 failed')
    await page.getByRole('button', { name: 'View error' }).click()
    await page.getByRole('heading', { name: 'no such header', exact: true }).waitFor()
    await page.locator('b', { hasText: 'Dockerfile line 4' }).waitFor()
    const step = page
      .getByRole('listitem')
      .filter({ hasText: 'failed' })
      .filter({ hasText: 'compiling part' })
    const output = step.getByRole('region', { name: 'Output' })
    await expect.poll(() => output.textContent()).toContain('no such header')
    const printed = ((await output.textContent()) ?? '').split('\n')
    expect(printed).toHaveLength(50)
    expect(printed).toContain('compiling part 80')
    await step.getByRole('button', { name: 'Show all 81 lines' }).click()
    await page.getByRole('button', { name: 'Copy error' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()

    await desk.project('story-failing-build', webProject('story failing build', 'RUN true'))
    await page.getByRole('link', { name: 'View environment' }).click()
    await page
      .getByText(/Ready · v1/)
      .first()
      .waitFor({ timeout: 60_000 })
    expect(desk.complaints).toEqual([])
  },
)

storyOdd(
  'a build is watched from the middle of it and cancelled; leaving the page cancels nothing',
  async () => {
    await using desk = await openDesk()
    const files = webProject('story cancel', 'RUN echo first line; sleep 300')
    const project = await environmentOn(desk, 'story cancel', files)
    const page = await desk.open()
    await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(project.folder)
    await page.keyboard.press('Enter')
    await project.show(page, 'overview')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    const live = page.getByRole('region', { name: 'Current work' })
    await live.getByText('first line', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'View build' }).click()
    await page.getByText('first line', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('first line', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Environments' }).first().click()
    await page
      .getByText(/^Building/)
      .first()
      .waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Cancelled', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Retry' }).waitFor()
    await page.getByRole('link', { name: 'View environment' }).click()
    await page.getByText('Not built yet').first().waitFor()
    expect(desk.complaints).toEqual([])
  },
)

storyEven('a version that fails at the swap says so at once, while the one that ran comes back', async () => {
  await using desk = await openDesk()
  const files = webProject('story undoing')
  // Two versions cannot have the data at once, and the old one takes a moment to come back.
  const definition = {
    ...JSON.parse(files['.devcontainer/devcontainer.json'] ?? ''),
    mounts: ['source=data,target=/data,type=volume'],
    postStartCommand: 'sleep 3',
  }
  const project = await environmentOn(desk, 'story undoing', {
    ...files,
    '.devcontainer/devcontainer.json': JSON.stringify(definition),
  })
  await project.up()
  const page = await desk.open()
  await project.show(page, 'overview')
  await page.getByText('Ready · v1 ★').first().waitFor()
  const Dockerfile = (files['Dockerfile'] ?? '').replace(
    /CMD .*/,
    'CMD ["sh", "-c", "echo no such table; exit 3"]',
  )
  await desk.project('story-undoing', { Dockerfile })
  await page.getByText('Failed · undoing').waitFor({ timeout: 60_000 })
  const live = page.getByRole('region', { name: 'Current work' })
  await live.getByRole('heading', { name: 'no such table' }).waitFor()
  await live.getByText('What was started is removed, and what ran before runs again.').waitFor()
  await page.getByText('Not ready · still on v1').waitFor()
  await live.getByText('the environment is as it was').waitFor()
  expect(desk.complaints).toEqual([])
})

storyOdd('a first build that fails speaks of no environment that would be as it was', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story first failure', webProject('story first failure', failing))
  const page = await desk.open()
  await page.getByRole('textbox', { name: 'Folder or git URL' }).fill(project.folder)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  const live = page.getByRole('region', { name: 'Current work' })
  await live.getByRole('heading', { name: 'no such header', exact: true }).waitFor({ timeout: 60_000 })
  await live.getByText('there is no environment yet').waitFor()
  expect(await page.getByText('as it was').count()).toBe(0)
  expect(desk.complaints).toEqual([])
})
