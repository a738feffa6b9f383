import { appendFile, mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { appendLedger, isWhole, readLedger } from '../../../main/history/ledger.ts'
import type { VersionId } from '../../../shared/ids.ts'

const version = 'a'.repeat(64) as VersionId
let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-ledger-'))
  file = path.join(folder, 'ledger.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const kinds = async () => (await readLedger(folder)).events.map((event) => event.kind)

test('a project without a ledger has no history', async () => {
  expect(await readLedger(path.join(folder, 'nowhere'))).toEqual({ events: [], unknown: 0 })
})

test('what is appended is read back in its order', async () => {
  await appendLedger(folder, { kind: 'marked', version })
  await appendLedger(folder, { kind: 'unmarked' })
  await appendLedger(folder, { kind: 'removed' })
  expect(await kinds()).toEqual(['marked', 'unmarked', 'removed'])
})

test('a last line that was cut short at any byte is left out, and the next event stands alone', async () => {
  await appendLedger(folder, { kind: 'marked', version })
  const first = (await readFile(file)).length
  await appendLedger(folder, { kind: 'removed' })
  const whole = await readFile(file)
  for (let length = first + 1; length < whole.length - 1; length += 7) {
    await writeFile(file, whole)
    await truncate(file, length)
    expect(await kinds()).toEqual(['marked'])
    await appendLedger(folder, { kind: 'unmarked' })
    expect(await kinds()).toEqual(['marked', 'unmarked'])
  }
})

test('a whole last event without its line end counts, and the next one does not swallow it', async () => {
  await appendLedger(folder, { kind: 'marked', version })
  await appendLedger(folder, { kind: 'unmarked' })
  await truncate(file, (await readFile(file)).length - 1)
  expect(await kinds()).toEqual(['marked', 'unmarked'])
  await appendLedger(folder, { kind: 'removed' })
  expect(await kinds()).toEqual(['marked', 'unmarked', 'removed'])
})

test('an event that the disk did not take is not in the ledger: what it says was undone', async () => {
  await appendLedger(folder, { kind: 'marked', version })
  const handle = await open(file)
  const failing = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockRejectedValue(new Error('EIO'))
  await handle.close()
  const failed = appendLedger(folder, { kind: 'ready', version, containers: [], data: 'd1' })
  await expect(failed).rejects.toMatchObject({ code: 'storage-failed' })
  failing.mockRestore()
  expect(await kinds()).toEqual(['marked'])
})

test('what was recovered from the engine is not all that happened', async () => {
  expect(isWhole(await readLedger(folder))).toBe(false)
  await appendLedger(folder, { kind: 'marked', version })
  expect(isWhole(await readLedger(folder))).toBe(true)
  await appendFile(file, 'garbage\n')
  expect(isWhole(await readLedger(folder))).toBe(false)
  await appendLedger(folder, { kind: 'recovered', versions: [] })
  expect(isWhole(await readLedger(folder))).toBe(false)
})

test.each([
  ['garbage', 'garbage\0\x1b['],
  [
    'of a kind that a newer Pristine writes',
    '{"at":"2030-01-01T00:00:00.000Z","kind":"snapshot","name":"x"}',
  ],
  ['without what its kind has', '{"at":"2030-01-01T00:00:00.000Z","kind":"marked"}'],
])('a line that is %s is counted and left out, until what it may have said is recovered', async (_, line) => {
  await appendLedger(folder, { kind: 'marked', version })
  await appendFile(file, `${line}\n`)
  await appendLedger(folder, { kind: 'removed' })
  expect(await kinds()).toEqual(['marked', 'removed'])
  expect((await readLedger(folder)).unknown).toBe(1)
  await appendLedger(folder, { kind: 'recovered', versions: [] })
  expect(await readLedger(folder)).toMatchObject({ unknown: 0, events: [{}, {}, {}] })
})

test('a ledger that cannot be read is reported with what to do', async () => {
  await mkdir(file)
  await expect(readLedger(folder)).rejects.toMatchObject({
    code: 'ledger-unreadable',
    hint: expect.stringContaining('move it away'),
  })
})

test('what a newer Pristine adds to an event does not make it unreadable', async () => {
  await appendFile(
    file,
    `${JSON.stringify({ kind: 'removed', at: new Date().toISOString(), later: true })}\n`,
  )
  expect(await kinds()).toEqual(['removed'])
})
