import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { operationsFolder, recordingFile } from '../../../main/operation/record-operation.ts'
import { openHome } from '../../../main/store/home.ts'
import { openProject } from '../../../main/store/open-project.ts'
import { rememberProject } from '../../../main/store/project-records.ts'
import type { OperationId } from '../../../shared/ids.ts'
import { Window } from './client.ts'
import { serveApp } from './serving.ts'

const MEBI = 1024 * 1024
const EVENTS = 60_000
const id = '20261123t120000000-abcdef' as OperationId

test('a window that does not read costs little memory, and misses nothing when it reads again', async () => {
  await using serving = await serveApp()
  const folder = path.join(serving.home, 'somewhere')
  await mkdir(folder, { recursive: true })
  const project = await openProject(folder)
  const home = openHome(serving.env)
  await rememberProject({ home }, project)
  const records = home.project(project.key)
  await mkdir(operationsFolder(records), { recursive: true })
  await writeRecording(recordingFile(records, id))

  await using window = await Window.open(serving.server)
  const events = await window.client.operations.watch({ project: project.key, operation: id, from: 0 })
  window.socket.pause()
  const before = process.memoryUsage().rss
  let most = 0
  for (let waited = 0; waited < 20; waited++) {
    await pause(100)
    most = Math.max(most, process.memoryUsage().rss - before)
  }
  // The recording is larger than that.
  expect(most).toBeLessThan(40 * MEBI)
  await using other = await Window.open(serving.server)
  expect(await other.client.operations.list({})).toMatchObject([{ id, state: 'done' }])

  window.socket.resume()
  let next = 0
  for await (const { index, event } of events) {
    expect(index).toBe(next++)
    if (event.kind === 'end') expect(event.state).toBe('done')
  }
  expect(next).toBe(EVENTS + 1)
}, 60_000)

/** Some 60 MB of a build's output. */
async function writeRecording(name: string): Promise<void> {
  const at = '2026-11-23T12:00:00.000Z'
  await using file = await open(name, 'w')
  await file.writeFile(`${JSON.stringify({ at, what: 'bringing up somewhere' })}\n`)
  const line = `${JSON.stringify({ at, event: { kind: 'log', step: 'a', text: 'x'.repeat(900) } })}\n`
  for (let written = 0; written < EVENTS; written += 1_000) await file.writeFile(line.repeat(1_000))
  await file.writeFile(`${JSON.stringify({ at, event: { kind: 'end', state: 'done' } })}\n`)
}
