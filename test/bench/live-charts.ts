import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { startBrowser } from '../browser/chromium.ts'
import { processorSeconds, servedEnvironments } from './served-environments.ts'

/** In seconds: until the page has settled, and how long is measured. */
const SETTLED = 30
const MEASURED = 60

/** What live charts cost, in percent of one processor. */
export interface LiveCharts {
  /** Of `pristine serve`. */
  engine: number
  /** Of the process of Chromium in which the page runs. */
  page: number
}

/** What it costs while Home shows what so many running environments use, wide, so that rows and charts are in sight. */
export async function liveCharts(count: number): Promise<LiveCharts> {
  await using environments = await servedEnvironments(count, count)
  await using browser = await startBrowser()
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
  await page.goto(environments.address)
  await page.getByRole('article').nth(5).locator('dl.row-usage').waitFor({ timeout: 120_000 })
  const used = async () => ({
    engine: await processorSeconds(environments.pid),
    page: await rendererSeconds(browser),
  })
  await pause(SETTLED * 1_000)
  const before = await used()
  await pause(MEASURED * 1_000)
  const after = await used()
  const percent = (of: keyof LiveCharts) => ((after[of] - before[of]) / MEASURED) * 100
  return { engine: percent('engine'), page: percent('page') }
}

/** The processor time that the processes of a browser's pages have used, in seconds. */
async function rendererSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}
