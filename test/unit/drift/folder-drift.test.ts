import { expect, test } from 'vitest'
import { textOf } from '../../../main/container/file-text.ts'
import { folderDrift, pathDrift } from '../../../main/drift/folder-drift.ts'
import { ADDED, CHANGED, DELETED } from '../../../main/drift/paths.ts'
import { textPatch } from '../../../main/drift/text-patch.ts'

const changes = [
  { path: '/etc/motd', kind: CHANGED },
  { path: '/etc/new', kind: ADDED },
  { path: '/etc/new/a', kind: ADDED },
  { path: '/etc/new/b', kind: ADDED },
  { path: '/etcetera', kind: DELETED },
]

test('a folder shows what differs in it, and how much does further below', () => {
  expect([...folderDrift(changes, '/')]).toEqual([
    ['etcetera', { drift: 'deleted', below: 0 }],
    ['etc', { drift: null, below: 3 }],
  ])
  expect([...folderDrift(changes, '/etc')]).toEqual([
    ['motd', { drift: 'changed', below: 0 }],
    ['new', { drift: 'added', below: 2 }],
  ])
  expect(folderDrift(changes, '/et').size).toBe(0)
  expect(pathDrift(changes, '/etc/motd')).toBe('changed')
  expect(pathDrift(changes, '/etc')).toBeNull()
})

test('a patch has a name that stays on its line; none is made of texts that differ too much', () => {
  expect(textPatch('/etc/a\nb', 'one\n', 'two\n')?.split('\n').slice(2)).toEqual([
    ...['@@ -1,1 +1,1 @@', '-one', '+two', ''],
  ])
  expect(textPatch('/a', 'same', 'same')).toBe('')
  const lines = (of: string) => Array.from({ length: 5_000 }, (_, at) => `${of} ${at}\n`).join('')
  expect(textPatch('/a', lines('x'), lines('y'))).toBeNull()
})

test('bytes are text if they are whole UTF-8 without NUL', () => {
  const bytes = Buffer.from('größe')
  expect(textOf(bytes, false)).toEqual({ text: 'größe', cut: false })
  expect(textOf(bytes.subarray(0, 3), true)).toEqual({ text: 'gr', cut: true })
  expect(textOf(bytes.subarray(0, 3), false).text).toBeNull()
  expect(textOf(Buffer.from('a\0b'), false).text).toBeNull()
  expect(textOf(Buffer.from([0x89, 0x50]), false).text).toBeNull()
})
