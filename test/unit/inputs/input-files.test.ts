import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { inputFiles } from '../../../main/definition/inputs/inputs.ts'
import { processorTime } from '../../processor-time.ts'
import { checkoutOf, scratch } from './scratch.ts'

const names = async (folder: string, globs: string[]) =>
  (await inputFiles(await checkoutOf(folder), globs)).map(([name]) => name)

test('names and globs are found, sorted, each once', async () => {
  await using folder = await scratch({
    'package-lock.json': '',
    'requirements.txt': '',
    'requirements-dev.txt': '',
    'a/go.sum': '',
    'conf/x': '',
  })
  expect(
    await names(folder.path, ['package-lock.json', 'requirements*.txt', 'yarn.lock', '*.json', 'conf']),
  ).toEqual(['conf/x', 'package-lock.json', 'requirements-dev.txt', 'requirements.txt'])
})

test('only ** walks, and not into .git and node_modules', async () => {
  await using folder = await scratch({
    'go.sum': '',
    'a/b/go.sum': '',
    'node_modules/x/go.sum': '',
    'a/.git/go.sum': '',
    '.git/HEAD': '',
  })
  expect(await names(folder.path, ['**/go.sum'])).toEqual(['a/b/go.sum', 'go.sum'])
  expect(await names(folder.path, ['a/**/go.sum', '.git/HEAD'])).toEqual(['.git/HEAD', 'a/b/go.sum'])
  expect(await names(folder.path, ['**/**/**/b/**'])).toEqual(['a/b/go.sum'])
  const spent = processorTime()
  expect(await names(folder.path, [`${'**/'.repeat(20_000)}b/${'**/'.repeat(20_000)}`])).toEqual([
    'a/b/go.sum',
  ])
  expect(spent()).toBeLessThan(2000)
})

test('a link is an input, with what it points to inside the project', async () => {
  await using folder = await scratch({ 'shared/lock': 'x' })
  await folder.link('yarn.lock', 'shared/lock')
  expect(await names(folder.path, ['yarn.lock'])).toEqual(['shared/lock', 'yarn.lock'])
})

test('folders that are not asked for need not be readable', async () => {
  await using folder = await scratch({ 'go.sum': '', 'closed/x': '' })
  await chmod(folder.at('closed'), 0o000)
  expect(await names(folder.path, ['go.sum', 'requirements*.txt'])).toEqual(['go.sum'])
  await chmod(folder.at('closed'), 0o755)
})
