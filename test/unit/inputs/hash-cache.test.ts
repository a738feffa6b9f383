import { createHash } from 'node:crypto'
import { appendFile, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { HashCache } from '../../../main/definition/hash-cache.ts'
import { scratch } from './scratch.ts'

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

/** The cache's own file, so that a test can make its entries old or wrong. */
const entries = async (file: string): Promise<[string, string[]][]> =>
  JSON.parse(await readFile(file, 'utf8')).hashes

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
    const cache = await HashCache.open(folder.at('cache.json'))
    await cache.hash(folder.path, 'fresh')
    await cache.save()
    expect((await HashCache.open(folder.at('cache.json'))).remembered(folder.at('fresh'))).toBeUndefined()
  })

  test('remembers what has settled, and forgets it when anything about the file changes', async () => {
    await using folder = await scratch({ file: 'a' })
    const store = folder.at('store/cache.json')
    await new Promise((resolve) => setTimeout(resolve, 2100))
    const first = await HashCache.open(store)
    await first.hash(folder.path, 'file')
    await first.save()
    expect(await entries(store)).toHaveLength(1)

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

  test.for([
    '',
    'no json',
    '{}',
    '{"cacheVersion":2,"hashes":[["a",[1]],5,null,["b",["1","2","3","4","5"]]]}',
    '{"cacheVersion":1,"hashes":[]}',
  ])('that is broken is empty: %j', async (text) => {
    await using folder = await scratch({ file: 'a', 'cache.json': text })
    const cache = await HashCache.open(folder.at('cache.json'))
    expect((await cache.hash(folder.path, 'file')).sha256).toBe(sha256('a'))
    await cache.save()
  })

  test('that cannot be written is none', async () => {
    await using folder = await scratch({ file: 'a', blocked: '' })
    const cache = await HashCache.open(folder.at('blocked/cache.json'))
    await cache.hash(folder.path, 'file')
    await cache.save()
  })
})

describe('a file', () => {
  test('that keeps changing is refused', async () => {
    await using folder = await scratch({})
    await folder.write('log', Buffer.alloc(8_000_000))
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
