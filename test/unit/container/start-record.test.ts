import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  readLastStart,
  rememberReady,
  rememberStart,
  startOfSet,
} from '../../../main/container/start-record.ts'
import { identifyFolder } from '../../../main/files/folder-identity.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pristine-start-'))
})
afterAll(() => rm(root, { recursive: true }))

const start = { container: 'mine', startedAt: '2026-01-02T03:04:05Z', hasHooks: true }

test('the last start is remembered, and shows when another folder is at the path of the mounted one', async () => {
  const [home, source] = [path.join(root, 'project'), path.join(root, 'shop')]
  expect(await readLastStart(home)).toBeUndefined()
  await rememberStart(home, start)
  expect(await readLastStart(home)).toEqual(start)
  await mkdir(source)
  const folder = await identifyFolder(source)
  if (!folder) throw new Error('It is there.')
  await rememberStart(home, { ...start, workspace: { source, folder } })
  expect(await readLastStart(home)).toEqual(start)
  await rename(source, `${source} moved`)
  expect(await readLastStart(home)).toEqual(start)
  await mkdir(source)
  expect(await readLastStart(home)).toEqual({ ...start, replacedFolder: source })
})

test('a mounted file in whose place another one was put is told, and one that was written is not', async () => {
  const [home, source] = [path.join(root, 'with-files'), path.join(root, 'nginx.conf')]
  await writeFile(source, 'one')
  const file = await identifyFolder(source)
  if (!file) throw new Error('It is there.')
  await rememberStart(home, { ...start, files: [{ source, file }] })
  await writeFile(source, 'two')
  expect(await readLastStart(home)).toEqual(start)
  await writeFile(`${source}.new`, 'three')
  await rename(`${source}.new`, source)
  expect(await readLastStart(home)).toEqual({ ...start, replacedFile: source })
})

test('what became ready after it was started elsewhere is added', async () => {
  const home = path.join(root, 'again')
  await rememberReady(home, { db: '1' })
  expect(await readLastStart(home)).toBeUndefined()
  await rememberStart(home, startOfSet(start, [start, { ...start, container: 'db', startedAt: '1' }]))
  await rememberReady(home, { db: '2' })
  expect(await readLastStart(home)).toEqual({ ...start, ready: { mine: start.startedAt, db: '2' } })
})

test('a record that is damaged, or that cannot be written, is none', async () => {
  const damaged = path.join(root, 'damaged')
  await mkdir(damaged)
  await writeFile(path.join(damaged, 'start.json'), '{"container":')
  expect(await readLastStart(damaged)).toBeUndefined()
  const blocked = path.join(root, 'blocked')
  await mkdir(path.join(blocked, 'start.json'), { recursive: true })
  await rememberStart(blocked, start)
  expect(await readLastStart(blocked)).toBeUndefined()
})
