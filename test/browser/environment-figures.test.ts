import { randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openDesk, story } from './desk.ts'
import { environmentOn, printing } from './environment-project.ts'

interface TraceEvent {
  name: string
  pid: number
  tid: number
  tdur?: number
  args: { name?: string }
}

/**
 * The longest tasks of the page while something is done, in milliseconds of its own computing: what else this computer
 * does at the time is not in it.
 */
async function longestTasks(page: Page, work: () => Promise<void>): Promise<number[]> {
  const browser = page.context().browser()
  if (!browser) throw new Error('The page has no browser.')
  await browser.startTracing(page, { categories: ['toplevel', '__metadata', 'devtools.timeline'] })
  await work()
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] }
  const main = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  )
  return traceEvents
    .filter(({ name, pid, tid }) => /RunTask/.test(name) && main.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a)
    .slice(0, 5)
}

story('10,000 versions are scrolled through without a task that takes longer than 50 ms', async () => {
  await using desk = await openDesk()
  const project = await environmentOn(desk, 'story many versions')
  await project.up()
  const ledger = path.join(desk.env['PRISTINE_HOME'] ?? '', 'projects', project.key, 'ledger.jsonl')
  const because = [{ input: 'package-lock.json', from: '1'.repeat(64), to: '2'.repeat(64) }]
  const events = Array.from({ length: 9_999 }, (_, index) => ({
    at: new Date(Date.now() - (10_000 - index) * 60_000).toISOString(),
    kind: 'built',
    version: randomBytes(32).toString('hex'),
    ordinal: index + 2,
    image: 'sha256:none',
    because,
  }))
  await appendFile(ledger, `${events.map((event) => JSON.stringify(event)).join('\n')}\n`)
  const page = await desk.open()
  await project.show(page, 'versions')
  await page.getByRole('heading', { name: '10,000 versions' }).waitFor({ timeout: 60_000 })
  await page.getByRole('article', { name: 'v10000' }).waitFor()
  const scroll = () =>
    page.evaluate(async () => {
      const content = document.getElementById('content')
      for (let step = 0; content && step < 120; step++) {
        content.scrollTop += step % 24 === 0 ? 40_000 : 300
        await new Promise(requestAnimationFrame)
      }
    })
  const tasks = await longestTasks(page, scroll)
  console.log('10,000 versions, longest tasks in ms:', tasks.map(Math.round).join(', '))
  expect(await page.getByRole('article').count()).toBeLessThan(60)
  expect(tasks).toHaveLength(5)
  expect(tasks[0]).toBeLessThan(50)
})

story(
  'a log of 1,000,000 lines keeps the page below 200 MB',
  async () => {
    await using desk = await openDesk()
    const project = await environmentOn(desk, 'story long log', printing('story long log', 1_000_000))
    await project.up()
    const page = await desk.open()
    await project.show(page, 'logs')
    await page.getByRole('button', { name: 'Show older lines' }).click({ timeout: 120_000 })
    await page.getByText(/^(1,000,000|9\d\d,\d\d\d) lines$/).waitFor({ timeout: 240_000 })
    await page.getByRole('textbox', { name: 'Search the log' }).fill('line 99999')
    await page.getByText(/^1[01] lines$/).waitFor({ timeout: 60_000 })
    const bytes = await page.evaluate(async () => {
      const measure = performance as unknown as {
        measureUserAgentSpecificMemory(): Promise<{ bytes: number }>
      }
      return (await measure.measureUserAgentSpecificMemory()).bytes
    })
    console.log('1,000,000 lines, MB of the page:', Math.round(bytes / 1e6))
    expect(bytes).toBeLessThan(200e6)
  },
  400_000,
)
