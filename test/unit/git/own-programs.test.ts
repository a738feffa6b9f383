import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { programPlace } from '../../../main/files/program-place.ts'
import { queryGit } from '../../../main/git/query-git.ts'
import { scratch } from '../inputs/scratch.ts'

test('programs of this computer start in no project, and are found in absolute folders alone', () => {
  const own = path.resolve('/own')
  const place = (folders: string[]) => programPlace({ Path: folders.join(path.delimiter), HOME: '.' })
  expect(place(['', '.', own, 'node_modules/.bin'])).toEqual({
    cwd: path.dirname(process.execPath),
    env: { Path: own, HOME: '.' },
  })
  expect(place(['.', 'bin']).env['Path']).toBe(path.dirname(process.execPath))
})

test.skipIf(process.platform === 'win32')("a repository's own git is not run", async () => {
  await using all = await scratch()
  for (const name of ['git', 'bin/git']) await all.write(name, `#!/bin/sh\ntouch ${all.at('ran')}\n`, 0o755)
  const env = { PATH: `.::bin:${process.env['PATH']}` }
  expect(await queryGit(all.path, ['init', '-q'], env)).toBe('')
  expect(existsSync(all.at('.git'))).toBe(true)
  expect(existsSync(all.at('ran'))).toBe(false)
})
