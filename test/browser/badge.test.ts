import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'
import { readDeepLink } from '../../app/electron/deep-links.ts'
import { sharedBrowser } from './chromium.ts'
import { story } from './desk.ts'

story(
  'the page behind a badge passes on a link that the app reads, and nothing but such a link',
  async () => {
    const browser = await sharedBrowser()
    try {
      const page = await browser.newPage()
      const open = async (fields: Record<string, string>) => {
        await page.goto('about:blank')
        await page.goto(`${pathToFileURL('docs/open.html')}#${new URLSearchParams(fields)}`)
        return page.getByRole('link', { name: 'Open it in Pristine' }).getAttribute('href')
      }
      const source = 'https://git.example.org/team/shop.git'
      expect(readDeepLink((await open({ source, ref: 'tax/2027' })) ?? '')).toEqual({
        source,
        ref: 'tax/2027',
      })
      expect(await page.locator('code').textContent()).toBe(`pristine up '${source}#tax/2027'`)
      expect(readDeepLink((await open({ source })) ?? '')).toEqual({ source, ref: null })
      for (const other of ['javascript:alert(1)', `"><img src=x onerror=alert(1)>`, 'ext::sh -c id']) {
        const link = (await open({ source: other })) ?? ''
        expect(link).toMatch(/^pristine:\/\/open\?source=/)
        expect(readDeepLink(link)).toBeUndefined()
        expect(await page.locator('img').count()).toBe(0)
      }
      await page.goto('about:blank')
      await page.goto(pathToFileURL('docs/open.html').href)
      expect(await page.getByRole('link').count()).toBe(0)
    } finally {
      await browser.close()
    }
  },
)
