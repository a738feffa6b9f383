import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asOnlyWriter, currentHolder } from '../../../main/operation/writer-lock.ts'
import { takeLock } from '../../../main/store/file-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pristine-writer-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A process that takes the lock, says so, and keeps it until it is ended. */
async function otherWriter() {
  const module = new URL('../../../main/operation/writer-lock.ts', import.meta.url).href
  const code = `const { asOnlyWriter } = await import(${JSON.stringify(module)})
await asOnlyWriter(${JSON.stringify(folder)}, { what: 'building v2' }, async () => { console.log('have it'); await new Promise((done) => setTimeout(done, 60_000)) })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('the work is done and its result is given', async () => {
  expect(await asOnlyWriter(folder, { what: 'a' }, async () => 'done')).toBe('done')
  expect(await asOnlyWriter(folder, { what: 'b' }, async () => 'again')).toBe('again')
})

test('a second writer of the same process gets an error that names the first', async () => {
  await asOnlyWriter(folder, { what: 'building v1' }, async () => {
    await expect(asOnlyWriter(folder, { what: 'b' }, async () => {})).rejects.toMatchObject({
      code: 'busy',
      data: { what: 'building v1', pid: process.pid },
    })
  })
})

test('work that fails lets go', async () => {
  await expect(asOnlyWriter(folder, { what: 'a' }, () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  )
  expect(await asOnlyWriter(folder, { what: 'b' }, async () => 'done')).toBe('done')
})

test('another process gets an error, and takes over when the holder is killed', async () => {
  const child = await otherWriter()
  await expect(asOnlyWriter(folder, { what: 'b' }, async () => {})).rejects.toMatchObject({
    code: 'busy',
    data: { what: 'building v2', pid: child.pid },
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await asOnlyWriter(folder, { what: 'b' }, async () => 'mine')).toBe('mine')
})

test.each([0, 1, 7, 100, 600, 5000])('a lock file with %i bytes of garbage is a lock', async (size) => {
  const file = path.join(folder, 'writer.lock')
  await writeFile(file, 'garbage'.repeat(size).slice(0, size))
  await writeFile(path.join(folder, 'writer.json'), 'null')
  await asOnlyWriter(folder, { what: 'a' }, async () => {
    await expect(asOnlyWriter(folder, { what: 'b' }, async () => {})).rejects.toMatchObject({ code: 'busy' })
  })
  expect(await asOnlyWriter(folder, { what: 'c' }, async () => 'done')).toBe('done')
})

test.each(['', '{', 'null', '{}', '{"what":1}'])(
  'who is at it is unknown when that says %j',
  async (text) => {
    await asOnlyWriter(folder, { what: 'a' }, async () => {
      await writeFile(path.join(folder, 'writer.json'), text)
      await expect(asOnlyWriter(folder, { what: 'b' }, async () => {})).rejects.toMatchObject({
        code: 'busy',
        data: { pid: 0 },
      })
    })
  },
)

test('the lock writes nothing', async () => {
  await asOnlyWriter(folder, { what: 'a' }, async () => {})
  expect((await stat(path.join(folder, 'writer.lock'))).size).toBe(0)
})

test('a folder in the place of the lock is reported as what cannot be written', async () => {
  await mkdir(path.join(folder, 'writer.lock'))
  await expect(asOnlyWriter(folder, { what: 'a' }, async () => {})).rejects.toMatchObject({
    code: 'storage-failed',
  })
})

test('of many at once, one at a time is inside', async () => {
  let inside = 0
  let most = 0
  const one = () =>
    asOnlyWriter(folder, { what: 'x' }, async () => {
      most = Math.max(most, ++inside)
      await new Promise((done) => setTimeout(done, 5))
      inside--
    }).catch((error: { code: string }) => error.code)
  const results = await Promise.all(Array.from({ length: 20 }, one))
  expect(most).toBe(1)
  expect(results.filter((result) => result === undefined).length).toBeGreaterThan(0)
  expect(results.every((result) => result === undefined || result === 'busy')).toBe(true)
})

test('who looks whether somebody writes keeps nobody from writing', async () => {
  const stale = () => writeFile(path.join(folder, 'writer.json'), '{"pid":1,"what":"gone"}')
  await asOnlyWriter(folder, { what: 'a' }, async () => {})
  await stale()
  const module = new URL('../../../main/operation/writer-lock.ts', import.meta.url).href
  const code = `const { currentHolder } = await import(${JSON.stringify(module)})
for (let looks = 0; ; looks++) {
  if (looks === 1) console.log('looking')
  await currentHolder(${JSON.stringify(folder)})
}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  for (let round = 0; round < 100; round++) {
    await stale()
    expect(await asOnlyWriter(folder, { what: 'b' }, async () => round)).toBe(round)
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('who writes is known until its process has died', async () => {
  const child = await otherWriter()
  expect(await currentHolder(folder)).toMatchObject({ what: 'building v2', pid: child.pid })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await currentHolder(folder)).toBeUndefined()
})

test('a repair, for which nobody asked, is waited for', async () => {
  const order: string[] = []
  let second: Promise<void> | undefined
  await asOnlyWriter(folder, { what: 'repairing', repairs: true }, async () => {
    second = asOnlyWriter(folder, { what: 'b' }, async () => void order.push('second'))
    await new Promise((done) => setTimeout(done, 100))
    order.push('repaired')
  })
  await second
  expect(order).toEqual(['repaired', 'second'])
})

test('a repair is waited for until it lets go, also after it has removed its name', async () => {
  const lock = await takeLock(path.join(folder, 'writer.lock'))
  const holder = path.join(folder, 'writer.json')
  await writeFile(holder, JSON.stringify({ pid: process.pid, what: 'repairing', repairs: true }))
  const second = asOnlyWriter(folder, { what: 'b' }, async () => 'second')
  await new Promise((done) => setTimeout(done, 200))
  await rm(holder)
  await new Promise((done) => setTimeout(done, 30))
  lock?.close()
  expect(await second).toBe('second')
})
