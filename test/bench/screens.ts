import { installBrowser, startBrowser, whyNoBrowser } from '../browser/chromium.ts'
import { openDesk } from '../browser/desk.ts'
import { firstLogLine } from '../browser/figures/first-log-line.ts'
import { firstScreen } from '../browser/figures/first-screen.ts'
import { interactive } from '../browser/figures/interactive.ts'
import { manyEnvironments, manyVersions } from '../browser/figures/long-lists.ts'
import { longLog } from '../browser/figures/long-log.ts'
import { minimalPage } from '../browser/figures/minimal-page.ts'
import { scrolled } from '../browser/figures/scrolled.ts'
import { webProject } from '../browser/web-project.ts'
import { appAtRest } from './app-at-rest.ts'
import { liveCharts } from './live-charts.ts'
import { inPairs } from './pairs.ts'
import { type Sample, spread } from './sample.ts'

/** What a screen or the app at rest costs, beside what we want to stay below; nothing fails when we do not. */
export interface ScreenFigure {
  what: string
  reach: string
  measured: string
}

/** The screens in Chromium (left out where there is none), and the app at rest. */
export async function screens(pairs: number): Promise<ScreenFigure[]> {
  await installBrowser()
  const missing = whyNoBrowser()
  if (missing) process.stderr.write(`bench: no screens: ${missing}.\n`)
  const seen = missing
    ? []
    : [await script(), await home(pairs), ...(await lists()), ...(await log()), await charts(50)]
  return [...seen, await rest(50, 50), await rest(50, 1_000)]
}

async function script(): Promise<ScreenFigure> {
  await using desk = await openDesk()
  return {
    what: "first screen's JavaScript, compressed",
    reach: '≤ 220 KB',
    measured: `**${Math.round((await firstScreen(desk)) / 1_000)} KB**`,
  }
}

/** Home with one environment, each time in a browser profile that has never seen it, against the least page of React. */
async function home(count: number): Promise<ScreenFigure> {
  await using desk = await openDesk()
  const page = await desk.open()
  await page.getByRole('textbox').fill(await desk.project('bench', webProject('bench')))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'bench' }).waitFor()
  await using minimal = await minimalPage()
  const browser = await startBrowser()
  const sample = async (time: Promise<number>): Promise<Sample> => ({
    wall: await time,
    processor: undefined,
  })
  const { more, ours, theirs } = await inPairs(
    count,
    () =>
      sample(
        interactive(browser, desk.address, {
          content: 'article',
          button: 'button[aria-haspopup=menu]',
          answer: '[role=menuitem]',
        }),
      ),
    () =>
      sample(interactive(browser, minimal.address, { content: 'h1', button: 'button', answer: 'output' })),
  ).finally(() => browser.close())
  const ms = Math.round
  return {
    what: 'Home is interactive later than a minimal Vite page of the same React, both seen for the first time',
    reach: '≤ 400 ms',
    measured: `**${ms(more.median)} ms** (${ms(more.min)}–${ms(more.max)}); ${ms(ours.median)} : ${ms(theirs.median)} ms`,
  }
}

async function lists(): Promise<ScreenFigure[]> {
  const scrolling = (what: string, longest: number): ScreenFigure => ({
    what: `longest task while ${what} scroll`,
    reach: '≤ 50 ms',
    measured: `**${Math.round(longest)} ms**`,
  })
  await using many = await openDesk({ start: false })
  const environments = await scrolled(await manyEnvironments(many, 1_000))
  await using long = await openDesk()
  const versions = await scrolled(await manyVersions(long))
  return [scrolling('1,000 environments', environments), scrolling('10,000 versions', versions)]
}

async function log(): Promise<ScreenFigure[]> {
  await using desk = await openDesk()
  const { page, bytes } = await longLog(desk)
  await page.getByRole('link', { name: 'Overview', exact: true }).click()
  const { median, min, max } = spread(await firstLogLine(page, 7))
  return [
    {
      what: "page's memory with a log of 1,000,000 lines",
      reach: '≤ 200 MB',
      measured: `**${Math.round(bytes / 1e6)} MB**`,
    },
    {
      what: 'first line of that log, from the press of its tab',
      reach: '≤ 300 ms',
      measured: `**${Math.round(median)} ms** (${Math.round(min)}–${Math.round(max)})`,
    },
  ]
}

async function charts(count: number): Promise<ScreenFigure> {
  const { engine, page } = await liveCharts(count)
  return {
    what: `live charts of ${count} environments, of one processor: engine process and page`,
    reach: '≤ 3 %',
    measured: `**${engine.toFixed(1)} %** and **${page.toFixed(1)} %**`,
  }
}

async function rest(watched: number, listed: number): Promise<ScreenFigure> {
  const { memory, processor } = await appAtRest(watched, listed)
  const beside = listed === watched ? '' : `, ${listed.toLocaleString('en')} on the list`
  return {
    what: `engine process at rest, ${watched} environments watched${beside}`,
    reach: '≤ 150 MB',
    measured: `**${memory} MB**, ${processor.toFixed(1)} % of a processor`,
  }
}
