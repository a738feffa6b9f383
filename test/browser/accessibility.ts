import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What is checked. Nothing but what violates it is put together. */
const RULES: axe.RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}

/** Looks at a page under a name each time; `found` has the names under which something violated a rule. */
export function accessibilityLooks(page: Page) {
  const found: Record<string, string[]> = {}
  const look = async (name: string) => {
    const violated = await violations(page)
    if (violated.length > 0) found[name] = violated
  }
  return { found, look }
}

/** What axe finds on the page as it is, in light and in dark: one line for each violation, best none. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    for (const { id, nodes } of await violationsNow(page)) {
      for (const node of nodes) found.push(`${colorScheme}: ${id}: ${node.html}: ${node.failureSummary}`)
    }
  }
  return found
}

/** Runs axe in the page. It is put there once: to compile it takes longer than to run it. */
async function violationsNow(page: Page): Promise<axe.Result[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async (rules) => {
    const inPage = window as unknown as { axe: typeof axe }
    return (await inPage.axe.run(document, rules)).violations
  }, RULES)
}
