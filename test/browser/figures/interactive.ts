import type { Browser } from 'playwright-core'

/** When a page counts as interactive, as selectors: its content is there, and a press of `button` makes `answer`. */
export interface Interactive {
  content: string
  button: string
  answer: string
}

/**
 * From the start of the navigation until a page shows its content and has answered to a button, in milliseconds, in a
 * browser profile that has never seen the page.
 */
export async function interactive(browser: Browser, address: string, marks: Interactive): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(({ content, button, answer }: Interactive) => {
      let pressed = false
      const look = () => {
        const pressable = document.querySelector<HTMLElement>(button)
        if (!pressed && pressable && document.querySelector(content)) {
          pressed = true
          pressable.click()
        }
        if (!pressed || !document.querySelector(answer)) return
        performance.mark('interactive')
        observer.disconnect()
      }
      const observer = new MutationObserver(look)
      observer.observe(document, { childList: true, subtree: true })
    }, marks)
    await page.goto(address)
    const at = () => performance.getEntriesByName('interactive')[0]?.startTime
    return (await (await page.waitForFunction(at)).jsonValue()) ?? Number.NaN
  } finally {
    await context.close()
  }
}
