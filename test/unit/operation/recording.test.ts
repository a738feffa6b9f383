import { spawn } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listOperations } from '../../../main/operation/list-operations.ts'
import { newOperationId, operationsFolder, recordingFile } from '../../../main/operation/record-operation.ts'
import { asRecordedWriter } from '../../../main/operation/recorded-writer.ts'
import {
  cancelOperation,
  type RunningOperations,
  startOperation,
} from '../../../main/operation/start-operation.ts'
import { watchOperation } from '../../../main/operation/watch-operation.ts'
import { asOnlyWriter } from '../../../main/operation/writer-lock.ts'
import { productError } from '../../../shared/errors.ts'
import type { OperationId } from '../../../shared/ids.ts'
import type { OperationEvent, RecordedEvent, Run } from '../../../shared/operation.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-recording-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const note = (text: string): OperationEvent => ({ kind: 'note', text })

async function all(id: OperationId, from = 0, signal = never): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const event of watchOperation(folder, id, from, signal)) events.push(event)
  return events
}

/** Starts work that waits for `go`. */
async function started(work: (run: Run, go: Promise<void>) => Promise<unknown>) {
  const running: RunningOperations = new Map()
  let go: () => void = () => {}
  const gone = new Promise<void>((resolve) => {
    go = resolve
  })
  const id = await startOperation(running, (run) =>
    asRecordedWriter({ folder, name: 'shop' }, 'build', run, (run) => work(run, gone)),
  )
  return { id, go, running }
}

test('what work reports is seen by a watcher from any index on, while it goes on and afterwards', async () => {
  const { id, go } = await started(async (run, gone) => {
    run.report(note('one'))
    run.report(note('two'))
    await gone
    run.report(note('three'))
  })
  expect(await listOperations(folder)).toMatchObject([{ id, kind: 'build', state: 'running' }])
  const live = all(id)
  const late = all(id, 2)
  go()
  const events = await live
  expect(events.map(({ index, event }) => [index, event])).toEqual([
    [0, note('one')],
    [1, note('two')],
    [2, note('three')],
    [3, { kind: 'end', state: 'done' }],
  ])
  expect(await late).toEqual(events.slice(2))
  expect(await all(id, 3)).toEqual(events.slice(3))
  expect(await listOperations(folder)).toMatchObject([{ id, state: 'done' }])
})

test('a list shows which version work was about, why, and when it ended', async () => {
  const because = [{ input: 'package-lock.json', from: 'a', to: 'b' }]
  const { id, go } = await started(async (run, gone) => {
    run.report({ kind: 'step', id: 'pull', name: 'Pull', state: 'done', phase: 'pull' })
    run.report({ kind: 'plan', ordinal: 2, because })
    await gone
  })
  expect(await listOperations(folder)).toMatchObject([{ endedAt: null, plan: { ordinal: 2, because } }])
  go()
  const end = (await all(id)).at(-1)
  expect(await listOperations(folder)).toMatchObject([{ endedAt: end?.at, plan: { ordinal: 2, because } }])
})

test('work that fails is recorded with its error', async () => {
  const { id, go } = await started(async (_, gone) => {
    await gone
    throw productError('version-none', { name: 'shop' })
  })
  go()
  const [end] = (await all(id)).slice(-1)
  expect(end?.event).toMatchObject({ kind: 'end', state: 'failed', error: { code: 'version-none' } })
})

test('a failure before there is a recording is the answer', async () => {
  const { go } = await started((_, gone) => gone)
  const other = startOperation(new Map(), (run) =>
    asRecordedWriter({ folder, name: 'shop' }, 'stop', run, async () => {}),
  )
  await expect(other).rejects.toMatchObject({ code: 'busy', data: { what: 'building shop', kind: 'build' } })
  expect(await listOperations(folder)).toHaveLength(1)
  go()
})

test('the busy error names the operation, which can be cancelled by its id', async () => {
  const { id, running } = await started(
    (run) =>
      new Promise((_, reject) => {
        run.signal.addEventListener('abort', () => reject(productError('cancelled', {})))
      }),
  )
  await expect(
    asRecordedWriter({ folder, name: 'shop' }, 'stop', run(), async () => {}),
  ).rejects.toMatchObject({
    code: 'busy',
    data: { operation: id },
  })
  expect(await cancelOperation(running, folder, id)).toBe(true)
  expect((await all(id)).at(-1)?.event).toEqual({ kind: 'end', state: 'cancelled' })
  // A moment after its recording has ended, its process is the writer no more.
  await expect.poll(() => cancelOperation(running, folder, id)).toBe(false)
})

const run = (): Run => ({ signal: never, report: () => {} })

test('of a process that died the recording ends as lost, with a cut line left out', async () => {
  const { id, go } = await started(async (run, gone) => {
    run.report(note('one'))
    await gone
  })
  go()
  await all(id)
  const dead = newOperationId()
  const at = new Date().toISOString()
  await writeFile(recordingFile(folder, dead), `${JSON.stringify({ at, kind: 'reset' })}\n`)
  await appendFile(recordingFile(folder, dead), `${JSON.stringify({ at, event: note('one') })}\n{"at":"20`)
  expect((await all(dead)).map(({ index, event }) => [index, event])).toEqual([
    [0, note('one')],
    [1, { kind: 'end', state: 'lost' }],
  ])
  expect((await listOperations(folder))[0]).toMatchObject({ id: dead, state: 'lost' })
})

test('a process that has the number of a writer that died is neither taken for it nor touched', async () => {
  const stranger = spawn('sleep', ['60'])
  try {
    const dead = newOperationId()
    const at = new Date().toISOString()
    await asOnlyWriter(folder, { what: 'resetting' }, async () => {})
    await mkdir(operationsFolder(folder))
    await writeFile(recordingFile(folder, dead), `${JSON.stringify({ at, kind: 'reset' })}\n`)
    const holder = { pid: stranger.pid, what: 'resetting', operation: dead }
    await writeFile(path.join(folder, 'writer.json'), JSON.stringify(holder))
    expect(await listOperations(folder)).toMatchObject([{ id: dead, state: 'lost' }])
    expect((await all(dead)).map(({ event }) => event)).toEqual([{ kind: 'end', state: 'lost' }])
    expect(await cancelOperation(new Map(), folder, dead)).toBe(false)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    expect(await asOnlyWriter(folder, { what: 'next' }, async () => 'done')).toBe('done')
  } finally {
    stranger.kill()
  }
})

test('an operation is cancelled by whoever knows its id, and only that one', async () => {
  const { id } = await started(
    (run) =>
      new Promise((_, reject) => {
        run.signal.addEventListener('abort', () => reject(productError('cancelled', {})))
      }),
  )
  expect(await cancelOperation(new Map(), folder, newOperationId())).toBe(false)
  expect(await cancelOperation(new Map(), folder, id)).toBe(true)
  expect((await all(id)).at(-1)?.event).toEqual({ kind: 'end', state: 'cancelled' })
  expect(await cancelOperation(new Map(), folder, id)).toBe(false)
})

test('watching ends when nobody listens any more; an operation that never was is named', async () => {
  const controller = new AbortController()
  const { id, go } = await started((_, gone) => gone)
  const watching = all(id, 0, controller.signal)
  controller.abort()
  expect(await watching).toEqual([])
  go()
  await expect(all(newOperationId())).rejects.toMatchObject({ code: 'operation-unknown' })
})

test('old recordings go, and one that cannot be written does not stop the work', async () => {
  for (let i = 0; i < 25; i++) await asRecordedWriter({ folder, name: 'shop' }, 'lock', run(), async () => {})
  expect(await readdir(operationsFolder(folder))).toHaveLength(20)
  await rm(operationsFolder(folder), { recursive: true })
  await writeFile(operationsFolder(folder), 'in the way')
  expect(await asRecordedWriter({ folder, name: 'shop' }, 'lock', run(), async () => 'done')).toBe('done')
})

test('whatever its size, an event is recorded with its end, and so is a failure', async () => {
  const output = Array.from({ length: 2000 }, (_, line) => `${line} \0ä ${'x'.repeat(50)}`)
  const { id, go } = await started(async (run, gone) => {
    for (let i = 0; i < 3; i++) run.report({ kind: 'log', step: 's', text: `${'ä'.repeat(1024 * 1024)} end` })
    await gone
    throw productError('hook-failed', {
      hook: 'postCreateCommand',
      command: 'x'.repeat(100_000),
      code: 4,
      output,
    })
  })
  go()
  const events = await all(id)
  expect(events.map(({ event }) => event)).toMatchObject([
    ...Array(3).fill({ kind: 'log', step: 's', text: expect.stringMatching(/^…ä+ end$/) }),
    { kind: 'end', state: 'failed', error: { code: 'hook-failed', data: { code: 4 } } },
  ])
  expect(JSON.stringify(events.at(-1))).toContain('1999 ')
  expect(await listOperations(folder)).toMatchObject([{ id, state: 'failed' }])
  expect((await stat(recordingFile(folder, id))).size).toBeLessThan(200_000)
})

test('the output of steps is recorded up to a size, what happens is recorded to the end', async () => {
  const text = 'x'.repeat(30 * 1024)
  const { id, go } = await started(async (run, gone) => {
    for (let i = 0; i < 1200; i++) run.report({ kind: 'log', step: 's', text })
    run.report(note('last'))
    await gone
  })
  go()
  const events = await all(id)
  expect(events.filter(({ event }) => event.kind === 'log').length).toBeLessThan(1200)
  expect(events.slice(-3).map(({ event }) => event)).toEqual([
    note('The rest of the output is not recorded.'),
    note('last'),
    { kind: 'end', state: 'done' },
  ])
})
