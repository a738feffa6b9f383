import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { openHost } from '../../../main/host/host.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { rememberProject } from '../../../main/store/project-records.ts'
import type { Desk } from '../desk.ts'
import { environmentOn } from '../environment-project.ts'

/** Home with so many environments (`project-0000`…), which nobody built yet, on a desk that is not served yet. */
export async function manyEnvironments(desk: Desk, count: number): Promise<Page> {
  const host = openHost(desk.env)
  for (let at = 0; at < count; at++) {
    const folder = path.join(desk.root, `project-${String(at).padStart(4, '0')}`)
    await mkdir(folder)
    await writeFile(path.join(folder, 'Dockerfile'), 'FROM busybox:1.36\n')
    await rememberProject(host, await openProject(folder))
  }
  await desk.startServer()
  const page = await desk.open()
  await page.getByRole('article', { name: 'project-0000' }).waitFor()
  return page
}

/** Versions of an environment with 10,000 of them. */
export async function manyVersions(desk: Desk): Promise<Page> {
  const project = await environmentOn(desk, 'story many versions')
  await project.up()
  const ledger = path.join(desk.env['PRISTINE_HOME'] ?? '', 'projects', project.key, 'ledger.jsonl')
  const because = [{ input: 'package-lock.json', from: '1'.repeat(64), to: '2'.repeat(64) }]
  const events = Array.from({ length: 9_999 }, (_, index) => ({
    at: new Date(Date.now() - (10_000 - index) * 60_000).toISOString(),
    kind: 'built',
    version: randomBytes(32).toString('hex'),
    ordinal: index + 2,
    image: 'sha256:none',
    because,
  }))
  await appendFile(ledger, `${events.map((event) => JSON.stringify(event)).join('\n')}\n`)
  const page = await desk.open()
  await project.show(page, 'versions')
  await page.getByRole('heading', { name: '10,000 versions' }).waitFor({ timeout: 60_000 })
  await page.getByRole('article', { name: 'v10000' }).waitFor()
  return page
}
