import { expect, test } from 'vitest'
import { describePermission } from '../../../shared/describe-permission.ts'
import { exact } from '../../../shared/exact.ts'

test.each([
  ['make all  -j "2" é 漢', 'make all  -j "2" é 漢'],
  ['a\u001b[2Kb\u001b]52;c;aGk=\u0007', 'a\\u{1b}[2Kb\\u{1b}]52;c;aGk=\\u{7}'],
  ['a\nb\r\tc\u0085d', 'a\\nb\\r\\tc\\u{85}d'],
  ['rm \u202etxt.sh', 'rm \\u{202e}txt.sh'],
  ['a\u200bb\u00a0c\u3164d\u2800e\u{e0041}', 'a\\u{200b}b\\u{a0}c\\u{3164}d\\u{2800}e\\u{e0041}'],
])('what would be obeyed, hidden or turned around is shown: %j', (text, shown) => {
  expect(exact(text)).toBe(shown)
})

test.each([
  [undefined, 'port 80/tcp on 0.0.0.0'],
  [443, 'port 443 on 0.0.0.0, for 80/tcp inside'],
  [0, 'any port on 0.0.0.0, for 80/tcp inside'],
])('a port names the one of this computer: %j', (host, text) => {
  const port = { kind: 'port', address: '0.0.0.0', port: 80, protocol: 'tcp' } as const
  expect(describePermission({ ...port, ...(host !== undefined && { host }) })).toBe(text)
})

test('a command is reported as it is, on one line', () => {
  const capability = {
    kind: 'host-command',
    from: 'initializeCommand of \u001b[1mx',
    name: null,
    command: ['sh', '-c', 'echo "\u001b[31m"\n'],
    files: 'any',
  } as const
  const told = describePermission({ ...capability, command: [...capability.command] })
  expect(told).toContain('initializeCommand of \\u{1b}[1mx')
  expect(told).not.toMatch(/\p{Cc}/u)
})
