import { expect, it, test } from 'vitest'
import {
  type Content,
  contentLabel,
  contentList,
  contentMounts,
  fits,
  isListDigest,
  readContentList,
} from '../../../main/data/baked-content.ts'

const content: Content = {
  root: '/workspaces/shop',
  folders: ['node_modules', 'a/vendor'],
  count: 2,
  files: { '.env': 'x' },
}

test('a list says what was written, and its label is short whatever it says', () => {
  const list = contentList(content)
  expect(readContentList(list)).toEqual(content)
  expect(contentLabel(list)).toHaveLength(71)
  expect(isListDigest(contentLabel(list))).toBe(true)
  expect(isListDigest(list)).toBe(false)
})

it.each([
  '',
  'null',
  '{"root":"/w","folders":[],"files":{}}',
  '{"root":"/w","folders":["/etc"],"files":{},"count":0}',
  '{"root":"/w","folders":["../x"],"files":{},"count":0}',
  '{"root":"/w","folders":["a/../../x"],"files":{},"count":0}',
  '{"root":"/w","folders":["."],"files":{},"count":0}',
  '{"root":"/w","folders":[],"files":{"../../x":"y"},"count":0}',
])('a list that says nothing, or something outside of the workspace, is none: %s', (list) => {
  expect(readContentList(list)).toBeUndefined()
})

test('content is for its own place, unless there is none', () => {
  expect(fits(content, '/workspaces/shop')).toBe(true)
  expect(fits(content, '/workspaces/other')).toBe(false)
  expect(fits({ root: '/workspaces/shop', folders: [], files: {}, count: 0 }, '/workspaces/other')).toBe(true)
  expect(fits(undefined, '/workspaces/shop')).toBe(false)
})

test('volumes without a name lie over the folders, but not where the definition mounts something itself', () => {
  const workspace = { Type: 'bind' as const, Source: '/home/me/shop', Target: '/workspaces/shop' }
  const volume = (Target: string) => ({ Type: 'volume' as const, Source: '', Target, ReadOnly: false })
  expect(contentMounts(content, [workspace])).toEqual([
    volume('/workspaces/shop/node_modules'),
    volume('/workspaces/shop/a/vendor'),
  ])
  const own = { Type: 'volume' as const, Source: 'x', Target: '/workspaces/shop/a' }
  expect(contentMounts(content, [workspace, own])).toEqual([volume('/workspaces/shop/node_modules')])
})
