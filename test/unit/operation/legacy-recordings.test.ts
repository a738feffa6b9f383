import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeOperation } from '../../../main/operation/list-operations.ts'
import { newOperationId, operationsFolder, recordingFile } from '../../../main/operation/record-operation.ts'
import { watchOperation } from '../../../main/operation/watch-operation.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-older-'))
  await mkdir(operationsFolder(folder))
})
afterEach(() => rm(folder, { recursive: true }))

const at = new Date().toISOString()
async function recording(what: string, ...names: string[]) {
  const id = newOperationId()
  const steps = names.map((name, index) => ({
    at,
    event: { kind: 'step', id: `${index}`, name, state: 'done' },
  }))
  const lines = [{ at, what }, ...steps, { at, event: { kind: 'end', state: 'done' } }]
  await writeFile(recordingFile(folder, id), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return id
}

test.each([
  ['bringing up shop', 'up'],
  ['building shop', 'build'],
  ['initializing shop', 'initialize'],
  ['rebuilding a version of shop', 'rebuild'],
  ['resetting shop', 'reset'],
  ['stopping shop', 'stop'],
  ['restarting shop', 'restart'],
  ['removing the environment of shop', 'remove'],
  ['locking shop', 'lock'],
  ['cleaning up shop', 'clean'],
  ['repairing shop', 'repair'],
  ['cloning shop', 'clone'],
  ['something else', 'build'],
])('a recording of "%s" from before there were kinds is one of %s', async (what, kind) => {
  expect(await describeOperation(folder, await recording(what))).toMatchObject({ kind, state: 'done' })
})

test('its steps have the phases and subjects of today', async () => {
  const id = await recording(
    'bringing up shop',
    'initializeCommand: ./x.sh',
    'Pull debian:bookworm',
    '[base 1/2] FROM debian:bookworm',
    '[2/3] COPY . .',
    'onCreateCommand install: npm ci',
    'Keep the baked image',
    'Start app',
    'Health check',
    'Dotfiles',
    'Remove v3',
    'Receive objects',
  )
  const found: unknown[] = []
  for await (const { event } of watchOperation(folder, id, 0, new AbortController().signal)) {
    if (event.kind === 'step') found.push([event.name, event.phase, event.subject, event.place])
  }
  expect(found).toEqual([
    ['initializeCommand: ./x.sh', 'initialize', undefined, undefined],
    ['Pull debian:bookworm', 'pull', 'debian:bookworm', undefined],
    ['FROM debian:bookworm', 'build', 'base', { at: 1, of: 2 }],
    ['COPY . .', 'build', undefined, { at: 2, of: 3 }],
    ['onCreateCommand install: npm ci', 'hook', 'onCreateCommand', undefined],
    ['Keep the baked image', 'bake', undefined, undefined],
    ['Start app', 'start', 'app', undefined],
    ['Health check', 'health', undefined, undefined],
    ['Dotfiles', 'dotfiles', undefined, undefined],
    ['Remove v3', 'clean', 'v3', undefined],
    ['Receive objects', 'fetch', undefined, undefined],
  ])
})
