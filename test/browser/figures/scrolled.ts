import type { Page } from 'playwright-core'

interface TraceEvent {
  name: string
  pid: number
  tid: number
  tdur?: number
  args: { name?: string }
}

/** Scrolls what a screen shows, a little with each frame and far now and then, and measures its longest task. */
export function scrolled(page: Page): Promise<number> {
  return longestTask(page, () =>
    page.evaluate(async () => {
      const content = document.getElementById('content')
      for (let step = 0; content && step < 120; step++) {
        content.scrollTop += step % 24 === 0 ? content.scrollHeight / 10 : 300
        await new Promise(requestAnimationFrame)
      }
    }),
  )
}

/**
 * The longest task of the page while something is done, in milliseconds of its own computing: what else this computer
 * does at the time is not in it.
 */
async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
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
  const tasks = traceEvents.filter(({ name, pid, tid }) => /RunTask/.test(name) && main.has(`${pid} ${tid}`))
  if (tasks.length === 0) throw new Error('The trace names no task of the page.')
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))
}
