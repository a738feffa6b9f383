import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { builtPage } from '../../built.ts'
import type { Desk } from '../desk.ts'

/** How much JavaScript Home loads before anything is opened, compressed as gzip does, in bytes. */
export async function firstScreen(desk: Desk): Promise<number> {
  const page = await desk.open()
  await page.getByText(/Docker .* · local/).waitFor()
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .filter((name) => name.endsWith('.js')),
  )
  const folder = await builtPage()
  let bytes = 0
  for (const name of new Set(scripts)) bytes += gzipSync(await readFile(path.join(folder, name))).length
  return bytes
}
