import type { Page } from 'playwright-core'

/**
 * From the press of the tab Logs until the first line is on the page, in milliseconds, so many times in turn with the tab
 * Overview, where the page has to be.
 */
export async function firstLogLine(page: Page, times: number): Promise<number[]> {
  const tab = (name: string) => page.getByRole('link', { name, exact: true })
  const taken: number[] = []
  for (let time = 0; time < times; time++) {
    await page.locator('.log-line').first().waitFor({ state: 'detached' })
    const pressed = await tab('Logs').elementHandle()
    taken.push(
      await page.evaluate(
        (link) =>
          new Promise<number>((resolve) => {
            const began = performance.now()
            const observer = new MutationObserver(() => {
              if (!document.querySelector('.log-line')) return
              observer.disconnect()
              resolve(performance.now() - began)
            })
            observer.observe(document, { childList: true, subtree: true })
            ;(link as HTMLElement).click()
          }),
        pressed,
      ),
    )
    await tab('Overview').click()
  }
  return taken
}
