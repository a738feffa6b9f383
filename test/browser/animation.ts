import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import '../rig/chosen-engine.ts'
import { buildPrograms } from '../built.ts'
import { type Desk, openDesk } from './desk.ts'
import { environmentOn, lockfile } from './environment-project.ts'
import { Film } from './film.ts'
import setup from './global-setup.ts'

/** The README's animation, taken from the app while it really works: `npm run animation`. */
const FILE = path.join(import.meta.dirname, '../../docs/screens/tour.gif')
/** In milliseconds. */
const LENGTH = 30_000

async function tour(desk: Desk, page: Page): Promise<Film> {
  const film = new Film(page)
  const shop = await environmentOn(desk, 'shop')
  const ready = (version: string) =>
    page
      .getByText(new RegExp(`Ready · ${version}`))
      .first()
      .waitFor()
  await film.caption('A repository with a Dockerfile: paste its folder or its git URL')
  const field = page.getByRole('textbox', { name: 'Folder or git URL' })
  await film.still(1_500)
  await film.during(field.pressSequentially('~/shop', { delay: 150 }))
  await film.click(page.getByRole('button', { name: 'Open', exact: true }))
  await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor()
  await film.caption('Start builds a pinned image, and runs exactly that')
  await film.still(1_500)
  await film.click(page.getByRole('button', { name: 'Start', exact: true }))
  await film.during(ready('v1'))
  await film.still(2_000)

  await film.caption('A dependency changes: v2 is built beside v1 and takes its place')
  await desk.project('shop', lockfile('5.1.0'))
  await film.during(ready('v2'))
  await film.still(3_000)

  await film.caption('Something was changed inside: it drifted')
  await shop.exec('echo mess > /etc/mess; rm /etc/passwd')
  await film.during(
    page
      .getByText(/Drifted/)
      .first()
      .waitFor(),
  )
  await film.still(2_000)

  await film.caption('Two clicks back to a clean state')
  await film.click(page.getByRole('button', { name: 'Reset…', exact: true }))
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Back to v1' }).waitFor()
  await film.still(2_500)
  await film.click(dialog.getByRole('button', { name: 'Back to v1' }))
  await film.during(ready('v1'))
  await film.caption('Pristine: development environments that cannot drift')
  await film.still(3_000)
  return film
}

await buildPrograms()
await using browser = new AsyncDisposableStack()
browser.defer((await setup()) ?? (async () => {}))
await using desk = await openDesk({ size: { width: 960, height: 620 } })
const page = await desk.open()
await page.getByRole('heading', { name: /Open a project/ }).waitFor()
const film = await tour(desk, page)
if (desk.complaints.length > 0) throw new Error(desk.complaints.join('\n'))
await writeFile(FILE, film.encode(LENGTH))
