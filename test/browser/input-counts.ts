import type { Page } from 'playwright-core'

/** What a person did on a page. */
interface InputCounts {
  clicks: number
  keys: number
  pastes: number
}

/** Counts what a person clicks and types on a page. */
export async function counting(page: Page): Promise<() => Promise<InputCounts>> {
  await page.evaluate(() => {
    const counts = { clicks: 0, keys: 0, pastes: 0 }
    Object.assign(window, { counts })
    window.addEventListener('click', (event) => event.detail > 0 && counts.clicks++, true)
    window.addEventListener(
      'keydown',
      (event) => !event.ctrlKey && event.key !== 'Control' && counts.keys++,
      true,
    )
    window.addEventListener('paste', () => counts.pastes++, true)
  })
  return () => page.evaluate(() => (window as unknown as { counts: InputCounts }).counts)
}
