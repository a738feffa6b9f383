import type { Page } from 'playwright-core'

const MOST = 80

/** Moves the focus with Tab until it is on something of that name, as a person without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = []
  for (let press = 0; press < MOST; press++) {
    await page.keyboard.press('Tab')
    const focused = await focusedName(page)
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
    seen.push(focused)
  }
  throw new Error(`Tab does not reach ${name}; it reaches ${seen.join(' | ')}`)
}

/** The name of what has the focus: its label, or its text. */
export function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element) return ''
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
    const label = element.getAttribute('aria-label') ?? labels.map((label) => label.textContent).join(' ')
    return (label || element.textContent || element.getAttribute('placeholder') || '').trim()
  })
}
