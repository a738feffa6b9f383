import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

/** The accepted pictures, which are part of the sources. */
const ACCEPTED = path.join(import.meta.dirname, 'pictures')
/** Where a picture that differs is written, with what differs in red. */
const DIFFERENT = path.join(import.meta.dirname, '../../dist/pictures')
/** Whether pictures are accepted as they are, and not compared. */
export const ACCEPT = process.env['PRISTINE_ACCEPT_PICTURES'] === '1'

/** Of all pixels, so many may differ: a caret and the edges of letters in another release of the browser. */
export const TOLERANCE = 0.001

/** A pattern, and what takes the place of what it matches. */
type Replacement = readonly [pattern: string, instead: string]

/** The folder of a desk, which has another name each time. */
export const DESK_FOLDER: Replacement = ['(?:/[\\w.-]+)*/pristine-desk-\\w{6}', '/home/dev']

/** What is another on each computer and in each run, in the texts of a page: folders, ids, times, sizes, ports. */
const VOLATILE: Replacement[] = [
  DESK_FOLDER,
  ['\\b[0-9a-f]{12,64}\\b', '0123456789ab'],
  ['(?<=sha256:)[0-9a-f]{2,}', '0123'],
  ['(?<=0123456789ab-)[0-9a-f]{6}\\b', '012345'],
  ['\\b(Docker|Podman) [\\d.]+[\\w.+~-]*', '$1 28.5.2'],
  ['\\b(?:an?|\\d+(?:[.,]\\d+)?) (?:ms|s|min|seconds?|minutes?)( ago)?\\b', '7 s$1'],
  ['\\b(?:just now|now)\\b', '7 s ago'],
  ['\\b\\d{1,2}:\\d\\d(?::\\d\\d)?(?: [AP]M)?\\b', '12:00'],
  ['\\b\\d+(?:[.,]\\d+)? (?:kB|MB|GB|%)', '7 MB'],
  ['(?<=127\\.0\\.0\\.1:|localhost:)\\d+', '8080'],
]

/**
 * The part of a page's pixels that differ from the accepted picture of that name, from 0 to 1; 1 where the size is another.
 * Error: there is no such picture.
 */
export async function difference(page: Page, name: string): Promise<number> {
  await settle(page)
  const taken = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const file = path.join(ACCEPTED, `${name}.png`)
  if (ACCEPT) {
    await writeFile(file, taken)
    return 0
  }
  const [accepted, now] = [PNG.sync.read(await readFile(file)), PNG.sync.read(taken)]
  const { width, height } = accepted
  if (now.width !== width || now.height !== height) return 1
  const red = new PNG({ width, height })
  const pixels = pixelmatch(accepted.data, now.data, red.data, width, height)
  const part = pixels / (width * height)
  if (part > TOLERANCE) {
    await mkdir(DIFFERENT, { recursive: true })
    await writeFile(path.join(DIFFERENT, `${name}.png`), taken)
    await writeFile(path.join(DIFFERENT, `${name}.difference.png`), PNG.sync.write(red))
  }
  return part
}

/** Waits until nothing is loaded any more, and puts the same words in the place of what is never the same. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.mantine-Skeleton-root, [aria-busy=true]'))
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await replaceTexts(page, VOLATILE)
  // Charts of what the processor did.
  await page.addStyleTag({ content: '.spark { opacity: 0 }' })
}

/** Makes replacements in the texts of a page. */
export async function replaceTexts(page: Page, replacements: readonly Replacement[]): Promise<void> {
  await page.evaluate((replacements) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      let text = node.nodeValue ?? ''
      for (const [pattern, instead] of replacements) text = text.replace(new RegExp(pattern, 'g'), instead)
      if (text !== node.nodeValue) node.nodeValue = text
    }
  }, replacements)
}
