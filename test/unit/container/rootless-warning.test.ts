import { expect, test } from 'vitest'
import { rootlessAdvice } from '../../../main/container/start/rootless-warning.ts'

const accounts = 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1001::/home/dev:/bin/sh\n'

test.each([
  ['dev', accounts, '"--userns=keep-id:uid=1000,gid=1001"'],
  ['1000', accounts, '"--userns=keep-id:uid=1000,gid=1001"'],
  ['2000:3000', accounts, '"--userns=keep-id:uid=2000,gid=3000"'],
  ['2000', undefined, '"--userns=keep-id:uid=2000,gid=2000"'],
  ['ghost', undefined, '"--userns=keep-id"'],
])('on Podman the user "%s" is made the person', (user, known, option) => {
  const advice = rootlessAdvice(user, known, 'Podman')
  expect(advice).toContain(`the user "${user}" cannot write them`)
  expect(advice).toContain(`"runArgs": [${option}]`)
})

test('on another engine only root is the person', () => {
  const advice = rootlessAdvice('dev', accounts, 'Docker')
  expect(advice).toContain('"remoteUser": "root"')
  expect(advice).not.toContain('keep-id')
})
