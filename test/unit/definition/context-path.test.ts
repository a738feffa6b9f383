import path from 'node:path'
import { expect, test } from 'vitest'
import { inContext } from '../../../main/definition/inputs/context-path.ts'

test.for(['.', './', '', '..', '../..', 'app', 'app/', './app', 'app/../web', '../app'])(
  'a file of the context %j is called as if both were joined',
  (context) => {
    expect(inContext(context)('src/a.ts')).toBe(path.posix.join(context, 'src/a.ts'))
  },
)
