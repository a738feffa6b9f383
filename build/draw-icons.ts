import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { chromium } from 'playwright-core'

/** Draws the icons' PNGs from their SVGs; run it when one of those changes: `node build/draw-icons.ts`. */
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const [from, to, size] of [
  ['icon.svg', 'icon.png', 1024],
  ['tray.svg', 'tray.png', 32],
] as const) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const svg = await readFile(path.join(import.meta.dirname, from), 'utf8')
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`)
  await writeFile(path.join(import.meta.dirname, to), await page.screenshot({ omitBackground: true }))
}
await browser.close()
