import { expect, test } from 'vitest'
import { causeOf } from '../../../renderer/store/operations/failure-cause.ts'

const failed = (output?: string[]) =>
  causeOf({
    code: 'build-failed',
    message: 'Dockerfile:4: RUN make failed (exit code: 2).',
    why: '',
    hint: '',
    data: output ? { output } : {},
  })

test.each([
  [
    'npm',
    [
      'npm error code E404',
      'npm error 404 Not Found - GET https://registry.npmjs.org/lefft-pad - Not found',
      'npm error 404',
      "npm error 404  'lefft-pad@1' is not in this registry.",
      'npm error 404',
      'npm error 404 Note that you can also install from a',
      'npm error 404 tarball, folder, http url, or git folder.',
      'npm error A complete log of this run can be found in: /root/.npm/_logs/debug-0.log',
    ],
    "'lefft-pad@1' is not in this registry.",
  ],
  [
    'apt',
    ['Reading package lists...', 'E: Unable to locate package libfoo'],
    'Unable to locate package libfoo',
  ],
  ['a shell', ['indexing', '/bin/sh: tantivy: not found'], '/bin/sh: tantivy: not found'],
  [
    'make',
    [
      'main.c:1:10: fatal error: zlib.h: No such file or directory',
      'compilation terminated.',
      'make: *** [Makefile:3: all] Error 1',
    ],
    'main.c:1:10: fatal error: zlib.h: No such file or directory',
  ],
  [
    'pip',
    [
      'ERROR: Could not find a version that satisfies the requirement nope (from versions: none)',
      'ERROR: No matching distribution found for nope',
    ],
    'No matching distribution found for nope',
  ],
  [
    'Node',
    [
      "Error: Cannot find module '/srv/server.js'",
      '    at Module._resolveFilename (node:internal/modules/cjs/loader:1405:15)',
      '',
      'Node.js v24.1.0',
    ],
    "Error: Cannot find module '/srv/server.js'",
  ],
  ['what names no cause', ['one', 'two', ''], 'two'],
])('the cause of a failure of %s is the line that names it', (_, output, cause) => {
  expect(failed(output)).toBe(cause)
})

test('without output that says anything, it is the sentence of the failure', () => {
  const sentence = 'Dockerfile:4: RUN make failed (exit code: 2).'
  expect(failed()).toBe(sentence)
  expect(failed(['', '------', 'exit code: 2'])).toBe(sentence)
})
