import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { identifyFolder, isAnotherFolder } from '../../../main/files/folder-identity.ts'

const folder = (inode: string, born: string, device = '2049') => ({ device, inode, born })

test.each([
  ['the same numbers', folder('7', '100'), folder('7', '100'), false],
  [
    'the same numbers, and a time that follows the last change',
    folder('7', '100'),
    folder('7', '200'),
    false,
  ],
  ['other numbers and another birth', folder('7', '100'), folder('8', '200'), true],
  ['another device and another birth', folder('7', '100'), folder('7', '200', '2050'), true],
  ['other numbers, and the birth that it had', folder('7', '100'), folder('8', '100', '2050'), false],
  ['other numbers, and no birth on record', folder('7', '0'), folder('8', '0'), true],
])('%s', (_, before, now, another) => {
  expect(isAnotherFolder(before, now)).toBe(another)
})

test('a folder is the same wherever it is moved, and another one when it was made anew', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'pristine-identity-'))
  const at = path.join(root, 'shop')
  await mkdir(at)
  const before = await identifyFolder(at)
  if (!before) throw new Error('It is there.')
  await rename(at, `${at} moved`)
  expect(await identifyFolder(at)).toBeUndefined()
  await mkdir(at)
  const [moved, made] = [await identifyFolder(`${at} moved`), await identifyFolder(at)]
  expect(moved && isAnotherFolder(before, moved)).toBe(false)
  expect(made && isAnotherFolder(before, made)).toBe(true)
  await rm(root, { recursive: true })
})
