import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { foldLedger } from '../../../main/history/fold-ledger.ts'
import { appendLedger, readLedger } from '../../../main/history/ledger.ts'
import { recordCompleted } from '../../../main/history/record-completed.ts'
import type { VersionId } from '../../../shared/ids.ts'

const version = 'a'.repeat(64) as VersionId
const containers = ['web', 'job']

async function ledger(completed?: string[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'pristine-unit-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await appendLedger(folder, { kind: 'ready', version, containers, ...(completed && { completed }) })
  const now = async () => {
    const { events } = await readLedger(folder)
    return { events: events.length, completed: foldLedger(events).completed }
  }
  return { folder, now }
}

test('services that completed when they were started again are added', async () => {
  const { folder, now } = await ledger(['job'])
  await recordCompleted(folder, ['job'])
  await recordCompleted(folder, [])
  expect(await now()).toEqual({ events: 1, completed: ['job'] })
  await recordCompleted(folder, ['job', 'seed'])
  expect(await now()).toEqual({ events: 2, completed: ['job', 'seed'] })
})

test('an environment of an older history, or none, gets no record', async () => {
  const { folder, now } = await ledger()
  await recordCompleted(folder, ['job'])
  expect(await now()).toEqual({ events: 1, completed: undefined })
  await appendLedger(folder, { kind: 'removed' })
  await recordCompleted(folder, ['job'])
  expect(await now()).toMatchObject({ events: 2 })
})
