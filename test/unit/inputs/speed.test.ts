import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { HashCache } from '../../../main/definition/hash-cache.ts'
import { contextFiles, inputFiles } from '../../../main/definition/inputs.ts'
import { KNOWN_LOCKFILES } from '../../../main/definition/lockfiles.ts'
import { scratch } from './scratch.ts'

test('COPY package*.json costs the same however many files there are below', {
  timeout: 120_000,
}, async () => {
  await using folder = await scratch({ 'package.json': '{}', 'package-lock.json': '{}' })
  for (let at = 0; at < 100; at++) {
    await mkdir(folder.at(`src/${at}`), { recursive: true })
    await Promise.all(
      Array.from({ length: 100 }, (_, file) => writeFile(folder.at(`src/${at}/${file}.js`), '')),
    )
  }
  const cache = await HashCache.open()
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const since = performance.now()
    const found = await contextFiles(folder.path, [{ patterns: ['package*.json'] }], undefined, cache)
    const locks = await inputFiles(folder.path, [...KNOWN_LOCKFILES], cache)
    times.push(performance.now() - since)
    expect(found).toHaveLength(2)
    expect(locks).toHaveLength(1)
  }
  expect(Math.min(...times)).toBeLessThan(30)
})
