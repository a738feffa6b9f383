import { createHash } from 'node:crypto'
import { appendFile, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { HashCache } from '../../../main/definition/inputs/hash-cache.ts'
import { decodeHashes } from '../../../main/definition/inputs/remembered-hashes.ts'
import { scratch } from './scratch.ts'

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

/** What a cache's file holds. */
const read = async (file: string) => decodeHashes(await readFile(file))

const settled = () => new Promise((resolve) => setTimeout(resolve, 2100))

describe('a cache', () => {
  test('hashes small and big files', async () => {
    const big = Buffer.alloc(3_000_001, 'x')
    await using folder = await scratch({ small: 'a', empty: '' })
    await folder.write('big', big)
    const cache = await HashCache.open()
    expect(await cache.hash(folder.path, 'small')).toEqual({ sha256: sha256('a'), executable: false })
    expect((await cache.hash(folder.path, 'empty')).sha256).toBe(sha256(''))
    expect((await cache.hash(folder.path, 'big')).sha256).toBe(sha256(big))
  })

  test('does not remember what changed just now', async () => {
    await using folder = await scratch({ fresh: 'a' })
    const cache = await HashCache.open(folder.at('cache'))
    await cache.hash(folder.path, 'fresh')
    await cache.save()
    expect((await HashCache.open(folder.at('cache'))).remembered(folder.at('fresh'))).toBeUndefined()
  })

  test('remembers what has settled, and forgets it when anything about the file changes', async () => {
    await using folder = await scratch({ file: 'a' })
    const store = folder.at('store/cache')
    await settled()
    const first = await HashCache.open(store)
    await first.hash(folder.path, 'file')
    await first.save()
    expect(await read(store)).toMatchObject({ count: 1 })

    const second = await HashCache.open(store)
    expect(second.remembered(folder.at('file'))).toEqual({ sha256: sha256('a'), executable: false })
    const { atime, mtime } = await stat(folder.at('file'))
    await writeFile(folder.at('file'), 'b')
    await utimes(folder.at('file'), atime, mtime)
    expect(second.remembered(folder.at('file'))).toBeUndefined()
    expect((await second.hash(folder.path, 'file')).sha256).toBe(sha256('b'))

    await folder.write('other', 'c')
    await rename(folder.at('other'), folder.at('file'))
    expect(second.remembered(folder.at('file'))).toBeUndefined()
  })

  test('keeps what is used, in whatever order it is asked for, and what is new', async () => {
    const names = ['b', 'a', 'sub/é', 'sub/z', 'c', 'CRLF']
    await using folder = await scratch(Object.fromEntries(names.map((name) => [name, `of ${name}`])))
    await folder.write('CRLF', 'one\r\ntwo\r\n')
    await settled()
    const store = folder.at('store')
    const first = await HashCache.open(store)
    const known = await Promise.all(names.slice(1).map((name) => first.hash(folder.path, name)))
    await first.save()

    const second = await HashCache.open(store)
    for (const [at, name] of [...names.slice(1).entries()].toReversed())
      expect(second.remembered(folder.at(name))).toEqual(known[at])
    expect(second.remembered(folder.at('b'))).toBeUndefined()
    await second.hash(folder.path, 'b')
    await second.save()
    expect(await read(store)).toMatchObject({ count: names.length })

    const third = await HashCache.open(store)
    expect(third.remembered(folder.at('b'))).toEqual({ sha256: sha256('of b'), executable: false })
    await third.save()
    expect(await read(store)).toMatchObject({ count: 1 })
  })

  test('is empty when its file was cut off anywhere, or altered by a single bit', async () => {
    await using folder = await scratch({ file: 'a', other: 'b' })
    await settled()
    const store = folder.at('store')
    const cache = await HashCache.open(store)
    for (const name of ['file', 'other']) await cache.hash(folder.path, name)
    await cache.save()
    const whole = await readFile(store)
    expect(decodeHashes(whole)).toMatchObject({ count: 2 })
    for (let length = 0; length < whole.length; length++)
      expect(decodeHashes(whole.subarray(0, length))).toBeUndefined()
    for (let at = 0; at < whole.length; at++) {
      const altered = Buffer.from(whole)
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at)
      expect(decodeHashes(altered)).toBeUndefined()
    }
    await writeFile(store, whole.subarray(0, 100))
    const again = await HashCache.open(store)
    expect(again.remembered(folder.at('file'))).toBeUndefined()
    expect((await again.hash(folder.path, 'file')).sha256).toBe(sha256('a'))
  })

  test.for(['', 'no cache', '{"cacheVersion":3,"hashes":[]}'])('that is none is empty: %j', async (text) => {
    await using folder = await scratch({ file: 'a', cache: text })
    const cache = await HashCache.open(folder.at('cache'))
    expect((await cache.hash(folder.path, 'file')).sha256).toBe(sha256('a'))
    await cache.save()
  })

  test('that cannot be written is none', async () => {
    await using folder = await scratch({ file: 'a', blocked: '' })
    const cache = await HashCache.open(folder.at('blocked/cache'))
    await cache.hash(folder.path, 'file')
    await cache.save()
  })
})

describe('a file', () => {
  test('that keeps changing is refused', async () => {
    await using folder = await scratch({})
    // Long enough for the writer to get its turn on a busy machine.
    await folder.write('log', Buffer.alloc(32_000_000))
    const cache = await HashCache.open()
    let stop = false
    const writer = (async () => {
      while (!stop) await appendFile(folder.at('log'), 'x')
    })()
    await expect(cache.hash(folder.path, 'log')).rejects.toMatchObject({
      code: 'input-unreadable',
      data: { path: 'log', problem: 'it keeps changing while it is read' },
    })
    stop = true
    await writer
  })

  test('that is gone, or no file, is refused', async () => {
    await using folder = await scratch({ 'a/b': '' })
    const cache = await HashCache.open()
    await expect(cache.hash(folder.path, 'gone')).rejects.toMatchObject({ code: 'input-unreadable' })
    await expect(cache.hash(folder.path, 'a')).rejects.toMatchObject({ code: 'input-unreadable' })
  })
})

test('many files at once are hashed, however many fail', async () => {
  await using folder = await scratch(
    Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, String(at)])),
  )
  const cache = await HashCache.open()
  const results = await Promise.allSettled(
    Array.from({ length: 400 }, (_, at) => cache.hash(folder.path, `f${at}`)),
  )
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(200)
})
