import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { KNOWN_LOCKFILES } from '../../../main/definition/devcontainer/known-lockfiles.ts'
import { contextFiles, inputFiles } from '../../../main/definition/inputs/inputs.ts'
import { processorTime } from '../../processor-time.ts'
import { checkoutOf, scratch } from './scratch.ts'

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
  const checkout = await checkoutOf(folder.path)
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const spent = processorTime()
    const found = await contextFiles(checkout, folder.path, [{ patterns: ['package*.json'] }], undefined)
    const locks = await inputFiles(checkout, [...KNOWN_LOCKFILES])
    times.push(spent())
    expect(found).toHaveLength(2)
    expect(locks).toHaveLength(1)
  }
  expect(Math.min(...times)).toBeLessThan(30)
})
