import { expect, test } from 'vitest'
import { parsePathStat } from '../../../main/docker/path-stat.ts'

const header = (mode: number, more: object = {}) =>
  Buffer.from(JSON.stringify({ name: 'x', size: 7, mode, mtime: '', linkTarget: '', ...more })).toString(
    'base64',
  )

test.each([
  [0o644, 'file', 0o644],
  // With the bits that Go has for set-user, set-group and sticky.
  [2 ** 23 + 2 ** 22 + 2 ** 20 + 0o755, 'file', 0o755],
  [2 ** 31 + 0o755, 'folder', 0o755],
  [2 ** 25 + 0o600, 'pipe', 0o600],
  [2 ** 24 + 0o600, 'socket', 0o600],
  [2 ** 26 + 0o660, 'device', 0o660],
  [2 ** 26 + 2 ** 21 + 0o666, 'device', 0o666],
  [2 ** 19, 'device', 0],
])('the mode %i is that of a %s', (mode, kind, permissions) => {
  expect(parsePathStat(header(mode))).toEqual({ kind, size: 7, mode: permissions, target: '' })
})

test('a link says where it leads', () => {
  expect(parsePathStat(header(2 ** 27 + 0o777, { linkTarget: '/etc/hosts' }))).toMatchObject({
    kind: 'link',
    target: '/etc/hosts',
  })
})
