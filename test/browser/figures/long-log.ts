import type { Page } from 'playwright-core'
import type { Desk } from '../desk.ts'
import { environmentOn, printing } from '../environment-project.ts'

/** A page that showed and searched a log of 1,000,000 lines, and what it holds in memory, in bytes. */
export async function longLog(desk: Desk): Promise<{ page: Page; bytes: number }> {
  const project = await environmentOn(desk, 'story long log', printing('story long log', 1_000_000))
  await project.up()
  const page = await desk.open()
  await project.show(page, 'logs')
  await page.getByText('1,000 lines').waitFor({ timeout: 120_000 })
  // A search is over all of it.
  await page.getByRole('textbox', { name: 'Search the log' }).fill('line 99999')
  await page.getByText(/^(1,000,000|9\d\d,\d\d\d) lines$/).waitFor({ timeout: 240_000 })
  await page.getByText(/^1[01] lines$/).waitFor({ timeout: 60_000 })
  const bytes = await page.evaluate(async () => {
    const measure = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>
    }
    return (await measure.measureUserAgentSpecificMemory()).bytes
  })
  return { page, bytes }
}
